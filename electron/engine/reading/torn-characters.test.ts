import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../shared/encodings/codec.ts';
import { codecOf, type EncodingId } from '../../../shared/encodings/encodings.ts';
import { readingIn } from '../../../shared/encodings/reading.ts';
import { allUtf8, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import { previewPieces } from '../../../shared/show/preview.ts';
import type { Capture } from '../capture/capture.ts';
import {
  anyFilter,
  openView,
  recordOpened,
  rowsOf,
  save,
  scanned,
  sequencesOf,
  withBench,
} from '../testing/capture-kit.ts';

const inAll = (id: EncodingId): ShownEncodings => ({ ...allUtf8, sent: id, received: id, carries: true });
const bytesIn = (id: EncodingId, text: string): Uint8Array => encodeText(text, codecOf(id))!;

/** Text as rows show it; what goes on in a later row in brackets. */
async function shown(capture: Capture, id: EncodingId, from = 0, count = 512): Promise<string[]> {
  const view = openView(capture, { ...anyFilter, encodings: inAll(id) });
  const rows = await rowsOf(view, from, count);
  view.close();
  return rows
    .filter(({ kind }) => kind === 'received')
    .map(({ preview, length, before }) =>
      previewPieces(preview, length, [], readingIn(id, before, true))
        .map((piece) => ('text' in piece ? piece.text : 'hex' in piece ? `[${piece.type} ${piece.hex}]` : ''))
        .join(''),
    );
}

async function find(capture: Capture, text: string, encodings: ShownEncodings): Promise<number[]> {
  await capture.flush();
  const view = openView(capture, { ...anyFilter, text, encodings });
  await scanned(view);
  expect(view.summary.failure).toBeNull();
  const found = await sequencesOf(view);
  view.close();
  return found;
}

describe('a character that a chunk cuts', () => {
  it('stands whole in the row in which it ends, whichever rows are asked for', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      for (const id of ['gbk', 'utf-8', 'utf-16le', 'gb18030'] as const) {
        const stream = recordOpened(capture);
        const other = recordOpened(capture);
        const bytes = bytesIn(id, '温度=23，好');
        const first = capture.length;
        for (let at = 0; at < bytes.length; at++) {
          capture.record('received', stream, bytes.subarray(at, at + 1));
          capture.record('sent', stream, Uint8Array.of(0x81));
          capture.record('note', other, new Uint8Array(0));
        }
        const rows = await shown(capture, id, first);
        expect(rows.join('').replaceAll(/\[torn [^\]]*\]/g, '')).toBe('温度=23，好');
        for (const at of [1, 4, bytes.length - 1])
          expect(await shown(capture, id, first + 3 * at, 1)).toEqual([rows[at]]);
      }
    }));

  it('is found through text without a sign of where characters begin, and through many records of others', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const bytes = bytesIn('gbk', `\n${'温度传感器正常'.repeat(200)}`);
      capture.record('received', stream, bytes.subarray(0, 2000));
      for (let i = 0; i < 1000; i++) capture.record('sent', stream, Uint8Array.of(i % 256));
      capture.record('received', stream, bytes.subarray(2000, 2003));
      capture.record('received', stream, bytes.subarray(2003));
      const [middle, last] = await shown(capture, 'gbk', 1002, 2);
      expect(middle).toBe('正常');
      expect(last).toMatch(/^温度传感器/);
    }));

  it('is none of another stream, and none of a datagram', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [one, other] = [recordOpened(capture), recordOpened(capture)];
      const [lead, trail] = bytesIn('gbk', '温');
      capture.record('received', one, Uint8Array.of(lead!));
      capture.record('received', other, Uint8Array.of(trail!, 0x41));
      const read = async (carries: boolean) => {
        const view = openView(capture, { ...anyFilter, encodings: { ...inAll('gbk'), carries } });
        const rows = await rowsOf(view);
        view.close();
        return rows.map(({ before }) => before?.length ?? 0);
      };
      expect(await read(true)).toEqual([0, 0, 0, 0]);
      capture.record('received', one, Uint8Array.of(trail!));
      expect(await read(true)).toEqual([0, 0, 0, 0, 1]);
      expect(await read(false)).toEqual([0, 0, 0, 0, 0]);
    }));

  it('begins anew where the log was cleared between its halves', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const bytes = bytesIn('gbk', '温度');
      capture.record('received', stream, bytes.subarray(0, 1));
      capture.clear();
      capture.record('received', stream, bytes.subarray(1));
      expect(await shown(capture, 'gbk')).toEqual(['露[torn C8]']);
    }));
});

describe('a filter', () => {
  it('looks for text in the encoding of its direction and connection', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const one = recordOpened(capture);
      const inGbk = capture.record('received', one, bytesIn('gbk', '室内温度=23'));
      const inUtf8 = capture.record('sent', one, bytesIn('utf-8', '温度？'));
      const other = recordOpened(capture);
      const inBig5 = capture.record('received', other, bytesIn('big5', '溫度'));
      const torn = bytesIn('gbk', '温度');
      capture.record('received', one, torn.subarray(0, 1));
      const inParts = capture.record('received', one, torn.subarray(1));
      const encodings: ShownEncodings = {
        ...{ sent: 'utf-8', received: 'gbk', carries: true },
        own: [{ connection: other, way: 'received', encoding: 'big5' }],
      };
      expect(await find(capture, '温度', encodings)).toEqual([inGbk, inUtf8, inParts]);
      expect(await find(capture, 'text:溫度', encodings)).toEqual([inBig5]);
      expect(await find(capture, '/温.=\\d/', encodings)).toEqual([inGbk]);
      expect(await find(capture, '😀', encodings)).toEqual([]);
      expect(await find(capture, '温度', allUtf8)).toEqual([inUtf8]);
    }));

  it('finds no character that only the halves of two others make', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      // B5 C4 and C4 E3 stand across the borders of these.
      const bytes = bytesIn('gbk', '中的你');
      capture.record('received', stream, bytes);
      const across = new TextDecoder('gbk').decode(bytes.subarray(1, 3));
      expect(await find(capture, across, inAll('gbk'))).toEqual([]);
      expect(await find(capture, '的', inAll('gbk'))).toEqual([stream + 1]);
    }));
});

describe('a saved log', () => {
  it('is text in the encodings of what it shows', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const bytes = bytesIn('gbk', '温度=23\n');
      capture.record('received', stream, bytes.subarray(0, 3));
      capture.record('received', stream, bytes.subarray(3));
      const path = join(folder, 'saved.txt');
      await save(capture, openView(capture, { ...anyFilter, encodings: inAll('gbk') }), path);
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      expect(lines[1]).toMatch(/ 3 温\\xB6…$/);
      expect(lines[2]).toMatch(/ 5 度=23\\n$/);
    }));
});
