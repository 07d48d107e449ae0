import { expect, it } from 'vitest';
import { parseFraming } from '../../../shared/framing/spec.ts';
import { anyFilter, openView, recordOpened, scanned, withBench } from '../testing/capture-kit.ts';

const framing = parseFraming('lf');
const lines = framing.ok ? { sent: null, received: framing.framing } : null;

it('tells where in a long log others have rows, by its rows or by those that a filter leaves', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    const stream = recordOpened(capture);
    const base = capture.length;
    for (let i = 0; i < 10_000; i++)
      capture.record(
        i % 2 === 0 ? 'sent' : 'received',
        stream,
        Buffer.alloc(i === 25 || i === 9_999 ? 9 : 1),
      );
    await capture.flush();
    const view = async (text: string) => {
      const opened = openView(capture, { ...anyFilter, text });
      await scanned(opened);
      return opened;
    };
    const [all, received, sent, long] = await Promise.all(
      ['', 'dir:received', 'dir:sent', 'size:>5'].map(view),
    );
    const stretch = { from: base, end: all!.length, parts: 100 };
    const marks = await all!.marks([long!, sent!], stretch);
    expect([...marks].map((bits) => bits & 1)).toEqual([1, ...Array<number>(98).fill(0), 1]);
    expect([...marks].every((bits) => (bits & 2) !== 0)).toBe(true);
    // By the other rows it is the same place of the log, and a row that is not shown marks none.
    const narrow = await received!.marks([long!, sent!], { from: 0, end: 50, parts: 512 });
    expect([...narrow].flatMap((bits, row) => (bits === 0 ? [] : [[row, bits]]))).toEqual([[12, 1]]);
    expect(await sent!.marks([long!], { from: 4_990, end: 9_999, parts: 512 })).toEqual(new Uint8Array(10));
    expect(await all!.marks([long!], { from: 20_000, end: 30_000, parts: 10 })).toEqual(new Uint8Array(0));
  }));

it('tells frames apart that ended in one record', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    const stream = recordOpened(capture);
    for (const text of ['a\nbb', 'b\nc\na\n', 'x\n']) capture.record('received', stream, Buffer.from(text));
    await capture.flush();
    const [all, some] = ['', 'a'].map((text) => openView(capture, { ...anyFilter, text }, lines));
    await Promise.all([scanned(all!), scanned(some!)]);
    const marks = await all!.marks([some!], { from: 1, end: all!.length, parts: 512 });
    expect([...marks]).toEqual([1, 0, 0, 1, 0]);
  }));
