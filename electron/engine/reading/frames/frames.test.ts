import * as fc from 'fast-check';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Framer, type Framing } from '../../../../shared/framing/framer.ts';
import { parseFraming } from '../../../../shared/framing/spec.ts';
import { cutAt } from '../../../../shared/testing/cut-at.ts';
import type { Capture } from '../../capture/capture.ts';
import { filesOf, openCapture, recordOpened, text, until, withBench } from '../../testing/capture-kit.ts';
import { FrameScan } from './frame-scan.ts';
import { FrameReadings, type FrameReading } from './frames.ts';

function framingOf(spec: string): Framing {
  const read = parseFraming(spec);
  if (!read.ok) throw new Error(spec);
  return read.framing;
}

const both = (spec: string) => ({ sent: framingOf(spec), received: framingOf(spec) });
const finished = (reading: FrameReading): Promise<void> =>
  until(() => reading.summary.scanned === reading.summary.total || reading.summary.failure !== null);

/** Each frame: its connection, direction, bytes, and what is amiss. */
async function shown(reading: FrameReading): Promise<string[]> {
  await finished(reading);
  const all: string[] = [];
  for (let i = 0; i < reading.summary.frames; i++) {
    const frame = reading.frame(i)!;
    const { stream, direction, mark, why } = frame;
    const amiss = mark ?? why;
    all.push(
      `${stream} ${direction} ${text(await reading.bytes(frame))}${amiss === null ? '' : ` ${amiss}`}`,
    );
  }
  return all;
}

function closed(capture: Capture, stream: number): void {
  const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 0 };
  capture.recordDetail(stream, { kind: 'closed', by: 'peer', how: 'finish', ...counters });
}

describe('frames of a capture', () => {
  it('are cut by themselves in each connection and direction, in the order of their ends', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [one, other] = [recordOpened(capture), recordOpened(capture)];
      const say = (stream: number, kind: 'sent' | 'received', bytes: string): void =>
        void capture.record(kind, stream, Buffer.from(bytes));
      say(one, 'received', 'ab');
      say(other, 'received', 'x\ny');
      say(one, 'sent', 'q\nr');
      say(one, 'received', 'c\n\nd');
      closed(capture, one);
      say(other, 'received', 'z\n');
      const reading = new FrameReadings(capture).open(both('lf'));
      expect(await shown(reading)).toEqual([
        '1 received x\n',
        '0 sent q\n',
        '0 received abc\n',
        '0 received \n',
        '0 sent r no-end',
        '0 received d no-end',
        '1 received yz\n',
      ]);
      expect(reading.frame(2)).toMatchObject({ offset: 0, length: 4, first: 2, within: 0, last: 5 });
      expect(reading.frame(6)).toMatchObject({ offset: 2, length: 3, first: 3, within: 2, last: 7 });
      expect(text(await reading.bytes(reading.frame(2)!, 1, 2))).toBe('bc');
      expect(reading.frame(7)).toBeUndefined();
      await reading.close();
    }));

  it('have the same bytes however the stream was recorded', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const specs = ['lf:max=3', 'line', 'length:u8,max=4', 'between:start=6162,end=63,max=4', 'fixed:3'];
      const streams = fc.array(fc.constantFrom('a', 'ab', 'c', '\r', '\n', '\x01', '\x02'), {
        maxLength: 30,
      });
      const property = fc.asyncProperty(
        fc.constantFrom(...specs),
        streams,
        fc.array(fc.nat(60), { maxLength: 8 }),
        async (spec, parts, places) => {
          capture.clear();
          const bytes = Buffer.from(parts.join(''), 'latin1');
          const stream = recordOpened(capture);
          for (const chunk of cutAt(bytes, places)) {
            capture.record('received', stream, chunk);
            capture.record('received', stream + 1, Buffer.from('other'));
          }
          closed(capture, stream);
          const expected: string[] = [];
          const tell = (from: number, to: number): void =>
            void expected.push(bytes.subarray(from, to).toString('latin1'));
          const framer = new Framer(framingOf(spec), tell);
          framer.push(bytes, 0);
          const rest = framer.finish();
          if (rest !== null) tell(rest.start, rest.end);
          const reading = new FrameReadings(capture).open({ sent: null, received: framingOf(spec) });
          await finished(reading);
          const found: string[] = [];
          for (let i = 0; i < reading.summary.frames; i++) {
            const frame = reading.frame(i)!;
            if (frame.stream === stream)
              found.push(Buffer.from(await reading.bytes(frame)).toString('latin1'));
          }
          await reading.close();
          expect(found).toEqual(expected);
        },
      );
      await fc.assert(property, { numRuns: 60 });
    }));

  it('come while the capture grows, those too that end by a pause, and from anew when it is cleared', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      let told = 0;
      const readings = new FrameReadings(capture);
      const reading = readings.open(both('gap:20ms'), () => told++);
      capture.record('received', stream, Buffer.from('ab'));
      capture.record('received', stream, Buffer.from('c'));
      await until(() => reading.summary.frames === 1);
      expect(await shown(reading)).toEqual(['0 received abc']);
      expect(told).toBeGreaterThan(0);
      capture.clear();
      expect(reading.summary).toMatchObject({ frames: 0, total: 0 });
      capture.record('received', stream, Buffer.from('d'));
      await until(() => reading.summary.frames === 1);
      expect(await shown(reading)).toEqual(['0 received d']);
      await capture.close();
      expect(reading.summary.frames).toBe(1);
    }));

  it('of records that are longer than what is read at a time are whole', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const long = new Uint8Array(900_000).fill(0x61);
      long[700_000] = 10;
      capture.record('received', stream, Buffer.from('x\n'));
      capture.record('received', stream, long);
      closed(capture, stream);
      const reading = new FrameReadings(capture).open(both('lf'));
      await finished(reading);
      const lengths = [0, 1, 2].map((i) => reading.frame(i)!.length);
      expect(lengths).toEqual([2, 700_001, 199_999]);
      const bytes = await reading.bytes(reading.frame(1)!);
      expect([bytes.length, bytes[699_999], bytes[700_000]]).toEqual([700_001, 0x61, 10]);
      expect(reading.frame(2)).toMatchObject({ why: 'no-end', first: 2, within: 700_001 });
      await reading.close();
    }));

  it('of a long log are found by and by: others have their turn, it says how far it is, and it can be stopped', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const line = Buffer.from(`${'x'.repeat(127)}\n`);
      const records = 100_000;
      for (let i = 0; i < records; i++) capture.record('received', stream, line);
      await capture.flush();
      const reading = new FrameReadings(capture).open(both('lf'));
      let turns = 0;
      const seen = new Set<number>();
      while (reading.summary.scanned < reading.summary.total) {
        seen.add(reading.summary.scanned);
        turns++;
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(reading.summary).toMatchObject({ frames: records, failure: null });
      expect(turns).toBeGreaterThan(20);
      expect(seen.size).toBeGreaterThan(20);
      const stopped = new FrameReadings(capture).open(both('lf'));
      await until(() => stopped.summary.frames > 0);
      await stopped.close();
      const { frames, scanned, total } = stopped.summary;
      expect(frames).toBeLessThan(records);
      expect(scanned).toBeLessThan(total);
      expect(text(await stopped.bytes(stopped.frame(0)!))).toBe(String(line));
      await reading.close();
    }));

  it('end with what cannot be read, and with what there is no room for', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      for (let i = 0; i < 10; i++) capture.record('received', stream, Buffer.from('abc\n'));
      const few = new FrameScan(capture, both('lf'), () => undefined, 3);
      few.grow();
      await until(() => few.failure !== null);
      expect([few.failure?.code, few.table.length]).toEqual(['FRAMES_FULL', 3]);
      await capture.close();
      const [data] = await filesOf(folder, 'data-');
      const again = await openCapture(folder);
      await truncate(join(folder, data!), 60);
      const reading = new FrameReadings(again).open(both('lf'));
      await finished(reading);
      expect(reading.summary.failure).not.toBeNull();
      await again.close();
    }));
});
