import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText } from '../../shared/encodings/codec.ts';
import { decodeText } from '../../shared/encodings/decode.ts';
import { codecOf } from '../../shared/encodings/encodings.ts';
import { chunkBytes, chunkCount, chunkLength, chunkOf, chunkSource, EstimatedRows } from './text-chunks.ts';

const encoder = new TextEncoder();
const line = fc.tuple(
  fc.constantFrom('a', '温度', '😀', 'é\n', '\n', 'x\r\n'),
  fc.integer({ min: 1, max: 1500 }),
);
const texts = fc
  .array(line, { maxLength: 12 })
  .map((lines) => lines.map(([text, n]) => text.repeat(n)).join(''));

function chunksOf(payload: Uint8Array) {
  return Array.from({ length: chunkCount(payload.length) }, (_, chunk) => {
    const { start, end } = chunkSource(chunk, payload.length);
    return chunkBytes(payload.subarray(start, end), chunk);
  });
}

describe('chunks of text', () => {
  test('cover every byte of any payload once, in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts.map((text) => encoder.encode(text)),
          fc.uint8Array({ maxLength: 9000 }),
        ),
        (payload) => {
          let at = 0;
          for (const { start, bytes } of chunksOf(payload)) {
            expect(start).toBe(at);
            at += bytes.length;
          }
          expect(at).toBe(payload.length);
        },
      ),
    );
  });

  test('never cut a character in two', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        const parts = chunksOf(encoder.encode(text)).map(({ bytes }) => decoder.decode(bytes));
        expect(parts.join('')).toBe(text);
      }),
    );
  });

  test('begin behind a line end where their bytes have one', () => {
    const payload = encoder.encode(`${'x'.repeat(99)}\n`.repeat(100));
    for (const { start } of chunksOf(payload)) expect(start % 100).toBe(0);
  });

  test('find the chunk that shows a byte', () => {
    fc.assert(
      fc.property(texts, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (text, at) => {
        const payload = encoder.encode(text);
        fc.pre(payload.length > 0);
        const offset = Math.floor(payload.length * at);
        const source = chunkSource(Math.floor(offset / chunkLength), payload.length);
        const { start, bytes } =
          chunksOf(payload)[chunkOf(offset, payload.subarray(source.start, source.end))]!;
        expect(offset).toBeGreaterThanOrEqual(start);
        expect(offset).toBeLessThan(start + bytes.length);
      }),
    );
  });
});

describe('rows of estimated height', () => {
  const known = fc.array(fc.tuple(fc.integer({ min: 0, max: 199 }), fc.integer({ min: 0, max: 500 })));

  test('lie one behind the other, and are found by any of their pixels', () => {
    fc.assert(
      fc.property(
        known,
        fc.integer({ min: 0, max: 199 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (heights, row, at) => {
          const map = new Map(heights);
          const rows = new EstimatedRows(200, 40, map);
          const height = map.get(row) ?? 40;
          expect(rows.offsetOf(row + 1) - rows.offsetOf(row)).toBe(height);
          if (height > 0) expect(rows.rowAt(rows.offsetOf(row) + height * at)).toBe(row);
          expect(rows.total).toBe([...Array(200).keys()].reduce((sum, i) => sum + (map.get(i) ?? 40), 0));
        },
      ),
    );
  });
});

test('chunks of text in other encodings begin with characters, too, and cover every byte once', () => {
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom('gbk', 'gb18030', 'utf-16le', 'euc-kr', 'koi8-r'),
      (text, encoding) => {
        const codec = codecOf(encoding);
        const written = [...text].filter((one) => codec.encode(one.codePointAt(0)!) !== null).join('');
        const payload = encodeText(written, codec)!;
        const reading = { encoding, carried: 0 };
        const chunks = Array.from({ length: chunkCount(payload.length) }, (_, chunk) => {
          const { start, end } = chunkSource(chunk, payload.length, reading);
          const part = chunkBytes(payload.subarray(start, end), chunk, reading);
          const own = payload.subarray(start, end);
          expect(part.bytes.length === 0 || chunkOf(part.start, own, reading) <= chunk).toBe(true);
          return part;
        });
        let at = 0;
        for (const { start, bytes } of chunks) {
          if (bytes.length > 0) expect(start).toBe(at);
          at += bytes.length;
        }
        expect(at).toBe(payload.length);
        // Without a sign of where characters begin in 1 KiB they are taken to be of two bytes.
        if (/^(?:[^\n]{0,200}\n)*[^\n]{0,200}$/u.test(written) || encoding === 'utf-16le')
          expect(chunks.map(({ bytes }) => decodeText(bytes, encoding)).join('')).toBe(written);
      },
    ),
    { numRuns: 200 },
  );
});
