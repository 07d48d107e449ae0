/** What a filter finds in the chunks of a stream, beside the same bytes in one piece. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { encodeText } from '../../../shared/encodings/codec.ts';
import '../../../shared/encodings/all-codecs.ts';
import { codecOf, type EncodingId } from '../../../shared/encodings/encodings.ts';
import { allUtf8, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import { isAt, parseBytePattern } from '../../../shared/payload/matching.ts';
import type { Capture } from '../capture/capture.ts';
import { dataFiles } from '../capture/format.ts';
import {
  anyFilter,
  openView,
  recordOpened,
  scanned,
  sequencesOf,
  viewsOf,
  withBench,
} from '../testing/capture-kit.ts';
import { mostOverEdge } from './over-edges.ts';

const inAll = (id: EncodingId): ShownEncodings => ({ ...allUtf8, sent: id, received: id, carries: true });
const carried = inAll('utf-8');

async function find(capture: Capture, text: string, encodings = carried): Promise<number[]> {
  await capture.flush();
  const view = openView(capture, { ...anyFilter, text, encodings });
  await scanned(view);
  expect(view.summary.failure).toBeNull();
  const found = await sequencesOf(view);
  view.close();
  return found;
}

/** The text of each chunk, by where it ends. */
function endsOf(chunks: readonly string[]): number[] {
  let end = 0;
  return chunks.map((chunk) => (end += chunk.length));
}

/** Chunks that must pass, since a match of the whole text ends in them; and all in which any match can end. */
function inOnePiece(chunks: readonly string[], source: string): { must: Set<number>; may: Set<number> } {
  const [text, ends] = [chunks.join(''), endsOf(chunks)];
  const chunkAt = (place: number): number => ends.findIndex((end) => place < end);
  const must = new Set<number>();
  for (const { 0: match, index } of text.matchAll(new RegExp(source, 'g')))
    if (match !== '') must.add(chunkAt(index + match.length - 1));
  const may = new Set<number>();
  const whole = new RegExp(`^(?:${source})$`);
  for (let from = 0; from < text.length; from++)
    for (let to = from + 1; to <= text.length; to++)
      if (whole.test(text.slice(from, to))) may.add(chunkAt(to - 1));
  return { must, may };
}

const atom = fc.constantFrom('a', 'b', 'ab', '.', '[ab]', '(?:a|bc)', '(ab|c)', '\\n', 'é', '日');
const times = fc.constantFrom('', '', '', '+', '*', '?', '{2}', '+?', '*?');
const expression = fc
  .array(fc.tuple(atom, times), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([one, often]) => `(?:${one})${often}`.replace(/^\(\?:(.)\)/u, '$1')).join(''))
  .filter((source) => !new RegExp(`^(?:${source})$`).test(''));
const chunk = fc
  .array(fc.constantFrom(...'aabbc\né日'), { minLength: 1, maxLength: 4 })
  .map((all) => all.join(''));

describe('a filter over the edges of chunks', () => {
  it('finds what an expression finds in all of a stream at once, in the chunk in which it ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { minLength: 1, maxLength: 8 }), expression, (chunks, source) =>
        withBench(async ({ open }) => {
          const capture = await open();
          const [one, other] = [recordOpened(capture, 1), recordOpened(capture, 2)];
          const sequences = chunks.map((each) => {
            // What stands between is of another stream.
            capture.record('received', other, Buffer.from('x'));
            capture.record('sent', one, Buffer.from('y'));
            return capture.record('received', one, Buffer.from(each));
          });
          const found = new Set(await find(capture, `/${source}/ conn:${one} dir:received`));
          const { must, may } = inOnePiece(chunks, source);
          for (const [at, sequence] of sequences.entries()) {
            if (must.has(at))
              expect([source, chunks, at, found.has(sequence)]).toEqual([source, chunks, at, true]);
            if (found.has(sequence))
              expect([source, chunks, at, may.has(at)]).toEqual([source, chunks, at, true]);
          }
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('finds bytes with gaps as in one piece, however they are cut', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 3, max: 2 });
    const pattern = fc.array(fc.constantFrom('00', '01', '02', '??'), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 10 }), pattern, (chunks, written) =>
        withBench(async ({ open }) => {
          const capture = await open();
          const stream = recordOpened(capture);
          const all = Buffer.concat(chunks);
          const wanted = parseBytePattern(written.join(' '))!;
          let end = 0;
          const expected = chunks.flatMap((each) => {
            const sequence = capture.record('sent', stream, each);
            const begin = end;
            end += each.length;
            for (let at = begin + 1; at <= end; at++)
              if (isAt(all, at - wanted.length, wanted)) return [sequence];
            return [];
          });
          expect(await find(capture, `hex:${written.join(' ')}`)).toEqual(expected);
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('finds numbers where they end', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const all = Buffer.alloc(24);
      all.writeUInt16LE(1000, 3);
      all.writeFloatBE(21.5, 9);
      const sequences = Array.from(all, (byte) => capture.record('sent', stream, Uint8Array.of(byte)));
      expect(await find(capture, 'number:u16le:1000')).toEqual([sequences[4]]);
      expect(await find(capture, 'number:f32be:21..22')).toEqual([sequences[12]]);
      expect(await find(capture, 'number:u16le:1000', allUtf8)).toEqual([]);
    }));

  it('has an expression begin 1 KiB before at most, in long logs of many streams as well', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const streams = [recordOpened(capture, 1), recordOpened(capture, 2), recordOpened(capture, 3)];
      const expected: number[] = [];
      for (let i = 0; i < 6000; i++) {
        const stream = streams[i % 3]!;
        capture.record('received', stream, Buffer.from(i % 500 === 0 ? 'nowhere at al' : '..........'));
        // In the second behind it, with others between.
        if (i >= 6 && (i - 6) % 500 === 0)
          expected.push(capture.record('received', stream, Buffer.from('l 7; no more')));
        else capture.record('received', stream, Buffer.from('- '));
      }
      expect(await find(capture, '/no+where at al[.\\- ]+l \\d/')).toEqual(expected);
      expect(await find(capture, '/al[.\\- ]+l \\d/')).toEqual(expected);
      const far = (between: number): number => {
        const stream = recordOpened(capture, 4);
        capture.record('sent', stream, Buffer.from('start'));
        for (let left = between; left > 0; left -= 100)
          capture.record('sent', stream, Buffer.alloc(Math.min(left, 100), '-'));
        return capture.record('sent', stream, Buffer.from(`${'-'.repeat(500)}end`));
      };
      const near = far(mostOverEdge - 5);
      far(mostOverEdge - 4);
      expect(await find(capture, '/start-+end/')).toEqual([near]);
    }));

  it('finds what is far apart in the log, as others spoke between, and what came in single bytes', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [one, other] = [recordOpened(capture, 1), recordOpened(capture, 2)];
      const others = (count: number): void => {
        for (let i = 0; i < count; i++) capture.record('received', other, Buffer.from('-'));
      };
      const say = (text: string) => capture.record('received', one, Buffer.from(text));
      say('ne');
      others(3000);
      say('ed');
      others(6000);
      const far = say('le 7');
      const letters = Array.from({ length: 400 }, (_, i) => 'abc'[((i * i) % 7) % 3]!);
      const last = letters.map(say).at(-1)!;
      for (const text of ['needle', 'hex:6e6565646c65', '/needle/', '/n[e]{2}d[l]e/'])
        expect([text, await find(capture, text)]).toEqual([text, [far]]);
      const all = letters.join('');
      expect(await find(capture, all)).toEqual([last]);
      expect(await find(capture, `/[7]${all}/`)).toEqual([last]);
    }));

  test.each([
    ['utf-16le', ['0061', '0062', '0041'], ['6100', '6200']],
    ['gbk', ['81', '6162', '8161', '6263'], ['61', '62']],
  ] as const)('finds no text in bytes of other characters of %s', (encoding, others, own) =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const sequences = [...others, ...own].map((hex) =>
        capture.record('received', stream, Buffer.from(hex, 'hex')),
      );
      expect(await find(capture, 'text:ab', inAll(encoding))).toEqual([sequences.at(-1)]);
    }),
  );

  it('takes ^ and $ for the ends of a chunk, and a cut of its own for none', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const say = (text: string) => capture.record('received', stream, Buffer.from(text));
      say('GE');
      const first = say('T /\nGE');
      const second = say(`T ${'x'.repeat(4000)}`);
      const third = say('GET');
      expect(await find(capture, '/GET/')).toEqual([first, second, third]);
      expect(await find(capture, '/^GET/')).toEqual([third]);
      expect(await find(capture, '/^GET/m')).toEqual([second, third]);
      expect(await find(capture, '/GET x+$/')).toEqual([]);
      expect(await find(capture, '/GET \\/$/m')).toEqual([first]);
      expect(await find(capture, '/T.[^]+GET/u')).toEqual([second]);
    }));

  test.each(['utf-8', 'utf-16le', 'gbk', 'iso-8859-1'] as const)(
    'reads what stands before in %s from where a character begins, be it cut',
    (encoding) =>
      withBench(async ({ open }) => {
        const capture = await open();
        const stream = recordOpened(capture);
        const [word, filler] = encoding === 'iso-8859-1' ? ['müller', 'ä'] : ['日本語', '日'];
        const bytes = Buffer.from(encodeText(`${filler.repeat(900)}<${word} 7>`, codecOf(encoding))!);
        const cut = bytes.length - Math.floor(encodeText(`${word} 7>`, codecOf(encoding))!.length / 2);
        capture.record('received', stream, bytes.subarray(0, cut - 1));
        capture.record('received', stream, bytes.subarray(cut - 1, cut));
        const end = capture.record('received', stream, bytes.subarray(cut));
        expect(await find(capture, `/<${word[0]}.+\\d>/`, inAll(encoding))).toEqual([end]);
        expect(await find(capture, `"${word.toUpperCase()} 7"`, inAll(encoding))).toEqual([end]);
      }),
  );

  it('reads the log by records and by frames alike, and nothing over the edge of datagrams', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const say = (text: string) => capture.record('received', stream, Buffer.from(text));
      say('a long time ago, nee');
      say('d');
      const end = say('le 7');
      await capture.flush();
      for (const text of ['/ago, needle \\d/', 'hex:6e656564??6520']) {
        expect(await find(capture, text)).toEqual([end]);
        expect(await find(capture, text, allUtf8)).toEqual([]);
        const framed = viewsOf(capture).open({ ...anyFilter, text, encodings: carried });
        await scanned(framed);
        expect(await sequencesOf(framed)).toEqual([end]);
      }
    }));

  it('goes on where what stands before is in other blocks of the files', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const expected: number[] = [];
      for (let i = 0; i < 40; i++) {
        const each = Buffer.alloc(dataFiles.checkBytes - 100 + i * 7, '.');
        each.write('7 end', 0);
        each.write('needle', each.length - 6);
        const sequence = capture.record('sent', stream, each);
        if (i > 0) expected.push(sequence);
      }
      expect(await find(capture, '/needle\\d end/')).toEqual(expected);
      expect(await find(capture, '/[n]eedle\\d [e]nd/')).toEqual(expected);
      expect(await find(capture, 'hex:6e6565646c6537')).toEqual(expected);
    }));
});
