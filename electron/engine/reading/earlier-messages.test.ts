/** Messages that were packed with those before them in mind, wherever their stream is cut. */
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decode, usualBudget } from '../../../shared/decoding/decoders.ts';
import type { Capture } from '../capture/capture.ts';
import { recordOpened, withBench } from '../testing/capture-kit.ts';
import { EarlierMessages } from './earlier-messages.ts';

type Way = 'sent' | 'received';

/** A frame of a server, packed with what it said before. */
function frame(text: string, before: string): Buffer {
  const dictionary = Buffer.from(before);
  const options = { finishFlush: constants.Z_SYNC_FLUSH, ...(before !== '' && { dictionary }) };
  const packed = deflateRawSync(Buffer.from(text), options).subarray(0, -4);
  const head = packed.length < 126 ? [packed.length] : [126, packed.length >> 8, packed.length & 255];
  return Buffer.concat([Buffer.from([0xc1, ...head]), packed]);
}

const texts = Array.from({ length: 9 }, (_, i) => `{"boiler reading of line four": ${i}.5}`);
const frames = texts.map((text, i) => frame(text, texts.slice(0, i).join('')));
const said = (bytes: Uint8Array, earlier: Awaited<ReturnType<EarlierMessages['before']>>): string => {
  const hints = earlier === null ? {} : { earlier };
  const { summary, error } = decode(
    'websocket',
    bytes,
    usualBudget(() => false),
    hints,
  );
  return error?.code ?? summary;
};
const upgraded = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');

/** In pieces of so many bytes, between others that are of no account. */
function say(
  capture: Capture,
  stream: number,
  bytes: Buffer,
  pieceBytes: number,
  way: Way = 'received',
): number {
  let last = 0;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    capture.record(way === 'sent' ? 'received' : 'sent', stream, Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    last = capture.record(way, stream, bytes.subarray(at, at + pieceBytes));
  }
  return last;
}

describe('what went before a message of a stream', () => {
  it('is what unpacks it, whatever the chunks are, in any order in which it is asked for', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      say(capture, stream, upgraded, 7);
      for (const bytes of frames) say(capture, stream, bytes, 5);
      const whole = recordOpened(capture, 2);
      say(capture, whole, upgraded, 1000);
      const own = frames.map((bytes) => say(capture, whole, bytes, 1000));
      const messages = new EarlierMessages(capture);
      const ask = (i: number) =>
        messages.before({ connection: whole, way: 'received', sequence: own[i]!, within: 0 });
      for (const i of [0, 1, 2, 8, 3, 4, 5])
        expect(said(frames[i]!, await ask(i))).toContain(`four": ${i}.5`);
      // By its place in a stream that was cut anywhere.
      let offset = upgraded.length;
      for (const [i, bytes] of frames.entries()) {
        const point = {
          connection: stream,
          way: 'received',
          sequence: capture.length - 1,
          within: 0,
        } as const;
        expect(said(bytes, await messages.before({ ...point, offset }))).toContain(`four": ${i}.5`);
        offset += bytes.length;
      }
      expect(said(frames[5]!, null)).toBe('needs-earlier');
    }));

  it('is not known within a frame, in what is none, and where the beginning of the stream is gone', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const first = say(capture, stream, frames[0]!, 1000);
      const torn = say(capture, stream, frames[1]!.subarray(0, 4), 1000);
      const rest = say(capture, stream, frames[1]!.subarray(4), 1000);
      const messages = new EarlierMessages(capture);
      const ask = (sequence: number, within = 0) =>
        messages.before({ connection: stream, way: 'received', sequence, within });
      expect(await ask(first)).not.toBeNull();
      expect(await ask(torn)).not.toBeNull();
      expect(await ask(rest)).toBeNull();
      expect(await ask(rest, frames[1]!.length - 4)).not.toBeNull();
      const after = say(capture, stream, Buffer.from([0x8f, 1, 2, 3]), 1000);
      const last = say(capture, stream, frames[2]!, 1000);
      expect([await ask(after), await ask(last)]).toEqual([expect.anything(), null]);
      capture.clear();
      const again = say(capture, stream, frames[0]!, 1000);
      expect(await ask(again)).toBeNull();
    }));

  it('is read 8 MiB at a time, passes over what is too long, and keeps little of each stream', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const long = Buffer.alloc(10 + 3 * 1024 * 1024, 1);
      long.set([0xc2, 127, 0, 0, 0, 0]);
      long.writeUInt32BE(long.length - 10, 6);
      for (let i = 0; i < 3; i++) say(capture, stream, long, 64 * 1024);
      const point = { connection: stream, way: 'received', within: 0 } as const;
      const first = say(capture, stream, frames[0]!, 1000);
      const second = say(capture, stream, frames[1]!, 1000);
      const messages = new EarlierMessages(capture);
      expect(await messages.before({ ...point, sequence: second })).toBeNull();
      expect(said(frames[1]!, await messages.before({ ...point, sequence: second }))).toContain('four": 1.5');
      expect(await messages.before({ ...point, sequence: first })).toBeNull();
    }));
});
