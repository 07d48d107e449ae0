/** Filters that pass by records because of their bytes: they find what those find that look at each record. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../shared/encodings/codec.ts';
import '../../../shared/encodings/all-codecs.ts';
import { codecOf } from '../../../shared/encodings/encodings.ts';
import type { ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { Capture } from '../capture/capture.ts';
import { dataFile, dataFiles, segmentBytes } from '../capture/format.ts';
import {
  anyFilter,
  recordOpened,
  scanned,
  sequencesOf,
  openView,
  withBench,
} from '../testing/capture-kit.ts';

const { checkBytes } = dataFiles;
const utf16 = codecOf('utf-16le');

/** What is denied twice is asked of each record. */
const plainly = (text: string): string => `-(-(${text}))`;

async function found(capture: Capture, text: string, encodings?: ShownEncodings): Promise<number[]> {
  const view = openView(capture, { ...anyFilter, text, ...(encodings && { encodings }) });
  await scanned(view);
  expect(view.summary.failure).toBeNull();
  const sequences = await sequencesOf(view);
  view.close();
  return sequences;
}

async function expectSame(capture: Capture, text: string, encodings?: ShownEncodings): Promise<number[]> {
  const sequences = await found(capture, text, encodings);
  expect([text, sequences]).toEqual([text, await found(capture, plainly(text), encodings)]);
  return sequences;
}

/** Beside the borders of blocks, and of what is read at a time. */
const length = fc.oneof(
  fc.nat(40),
  fc.constantFrom(checkBytes - 20, checkBytes, 4 * checkBytes - 10, 12 * checkBytes + 5),
);
const word = fc.constantFrom('Needle', 'NEEDLE 7', 'needl', '日本', '本', 'äpfel', 'eed', '\0\x01\x02');
const record = fc.record({
  stream: fc.nat(1),
  kind: fc.constantFrom<'sent' | 'received'>('sent', 'received'),
  isWide: fc.boolean(),
  length,
  words: fc.array(fc.tuple(fc.nat(1000), word), { maxLength: 2 }),
  /** Before its end its last word stands, cut off by so much, and the next record begins with the rest. */
  torn: fc.nat(4),
});
const filters = [
  ...['needle', '"needle 7"', '日本', '本', 'äpfel', 'needle OR 日本', 'needle dir:sent', 'hex:6e??65646c65'],
  ...[
    'hex:0102',
    '/need+le \\d/i',
    '/needl/',
    '/日?本?eed/',
    '-needle eed',
    'conn:1',
    'needle,x OR size:>9000 eed',
  ],
];

describe('a search that passes by what lacks the bytes it needs', () => {
  it('finds what one finds that looks at each record, in any encoding and across all borders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), fc.constantFrom(...filters), (records, text) =>
        withBench(async ({ open }) => {
          const capture = await open();
          const streams = [recordOpened(capture), recordOpened(capture)];
          let left = new Uint8Array(0);
          for (const { stream, kind, isWide, length: size, words, torn } of records) {
            const bytes = new Uint8Array(Math.max(size, left.length)).fill(0x2e);
            bytes.set(left);
            for (const [at, each] of words) {
              const written = isWide ? encodeText(each, utf16)! : new TextEncoder().encode(each);
              if (written.length <= size)
                bytes.set(written, Math.floor((size - written.length) * (at / 1000)));
            }
            left = new Uint8Array(bytes.subarray(bytes.length - Math.min(torn, bytes.length)));
            const kept = bytes.subarray(0, bytes.length - left.length);
            capture.record(kind, streams[stream]!, new Uint8Array(kept));
          }
          await capture.flush();
          await expectSame(capture, text);
          for (const carries of [true, false]) {
            await expectSame(capture, text, { sent: 'utf-8', received: 'utf-8', own: [], carries });
            const own = [{ connection: streams[1]!, way: 'sent', encoding: 'utf-8' } as const];
            await expectSame(capture, text, { sent: 'utf-16le', received: 'gbk', own, carries });
          }
        }),
      ),
      { numRuns: 25 },
    );
  });

  it('finds a text where it ends, though it begins in the records of its stream before', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [one, other] = [recordOpened(capture, 1), recordOpened(capture, 2)];
      const say = (text: string, stream = one, kind: 'sent' | 'received' = 'received') =>
        capture.record(kind, stream, Buffer.from(text));
      say('.. NEE');
      say('need', other);
      say('ne', one, 'sent');
      const first = say('dle ..');
      say('dle', one, 'sent');
      // In pieces of which none says much, and with a whole one beside it.
      for (const piece of ['n', 'e', 'ed', 'l']) say(piece, one, 'sent');
      const second = say('e', one, 'sent');
      const third = say('le needle', other);
      for (let i = 0; i < 100; i++) say('between', one);
      const fourth = say('LE', other, 'received');
      await capture.flush();
      const carried: ShownEncodings = { sent: 'utf-8', received: 'utf-8', own: [], carries: true };
      expect(await expectSame(capture, 'needle', carried)).toEqual([first, second, third]);
      expect(await expectSame(capture, 'needlele', carried)).toEqual([fourth]);
      expect(await expectSame(capture, 'needle dir:sent', carried)).toEqual([second]);
      expect(await expectSame(capture, '"dle .." -needle', carried)).toEqual([]);
      // Datagrams go on in no other.
      expect(await expectSame(capture, 'needle', { ...carried, carries: false })).toEqual([third]);
    }));

  it('finds what lies across two windows, two files, and at the very ends of records', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const long = new Uint8Array(segmentBytes + 9 * checkBytes).fill(0x2e);
      for (const at of [segmentBytes - 3, segmentBytes - 200]) long.set(Buffer.from('needle'), at);
      const expected = [capture.record('received', stream, long)];
      for (let i = 0; i < 3000; i++) {
        const each = Buffer.alloc(1000 + i, '.');
        // Never in one, but in two that follow each other: the end of one and the beginning of the next.
        each.write('NEE', each.length - 3);
        each.write('DLE', 0);
        const isWanted = i % 700 === 0;
        if (isWanted) each.write('needle', i % 1400 === 0 ? 0 : each.length - 6);
        const sequence = capture.record('sent', stream, each);
        if (isWanted) expected.push(sequence);
      }
      await capture.flush();
      expect(await expectSame(capture, 'needle')).toEqual(expected);
      expect(await expectSame(capture, '/need[l]e/')).toEqual(expected);
      expect(await expectSame(capture, 'needle size:<1100')).toEqual(expected.slice(1, 2));
    }));

  it('shows what is damaged, and nothing else that it does not find', () =>
    withBench(async ({ folder, open }) => {
      const before = await open();
      const stream = recordOpened(before);
      for (let i = 0; i < 400; i++)
        before.record('sent', stream, Buffer.alloc(1000, i === 300 ? 'needle' : '.'));
      await before.close();
      const file = join(folder, dataFile(0));
      const bytes = await readFile(file);
      bytes[5 * checkBytes + 7]! ^= 1;
      await writeFile(file, bytes);
      const capture = await open();
      const sequences = await expectSame(capture, 'needle');
      expect(sequences).toContain(301);
      expect(sequences.length).toBeGreaterThan(30);
      expect(sequences.length).toBeLessThan(36);
    }));
});
