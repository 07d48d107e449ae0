import { describe, expect, test } from 'vitest';
import { FrameBytes } from './frame-bytes.ts';
import { bytesOf, framingOf, latin1 } from './testing/cutting.ts';

const longest = 1024 * 1024;

function cutting(spec = 'lf') {
  const frames: string[] = [];
  const places: (number | null)[] = [];
  let tooLong = 0;
  const cutter = new FrameBytes(framingOf(spec), ({ bytes, within, mark }) => {
    frames.push(bytes.length > 100 ? `${bytes.length}` : latin1(bytes));
    places.push(within);
    tooLong += Number(mark === 'too-long');
  });
  return { cutter, frames, places, tooLong: () => tooLong };
}

describe('frames with their bytes', () => {
  test('are told as they end, and what is left when the stream has', () => {
    const { cutter, frames } = cutting();
    cutter.push(bytesOf('a\r\n\nb'), 0);
    cutter.push(bytesOf('c'), 0);
    cutter.push(bytesOf('\nd'), 0);
    expect(frames).toEqual(['a\r\n', '\n', 'bc\n']);
    expect(cutter.finish()).toEqual({ bytes: bytesOf('d'), offset: 7, why: 'no-end' });
    expect(cutter.finish()).toBeNull();
  });

  test('know where they stand when one read has all of them', () => {
    const { cutter, places } = cutting();
    cutter.push(bytesOf('a\nbb\nc'), 0);
    cutter.push(bytesOf('\ndd\n'), 0);
    expect(places).toEqual([0, 2, null, 1]);
  });

  test('that are too long are told in pieces, and no byte is lost or told twice', () => {
    const { cutter, frames, tooLong } = cutting();
    const chunk = new Uint8Array(64 * 1024 - 1).fill(0x61);
    let sent = 0;
    for (; sent < 10 * longest; sent += chunk.length) cutter.push(chunk, 0);
    cutter.push(bytesOf('\n'), 0);
    expect(frames.slice(0, -1).every((length) => Number(length) === longest)).toBe(true);
    expect(frames.reduce((sum, length) => sum + Number(length), 0)).toBe(sent + 1);
    expect(tooLong()).toBe(frames.length);
  });

  test('of exactly the longest length are whole', () => {
    const { cutter, frames, tooLong } = cutting();
    cutter.push(new Uint8Array(longest - 1).fill(0x61), 0);
    cutter.push(bytesOf('\n'), 0);
    expect([frames, tooLong()]).toEqual([[`${longest}`], 0]);
  });

  test('end by a pause where the framing says so, and not while bytes come', () => {
    const { cutter, frames } = cutting('gap:20ms');
    cutter.push(bytesOf('a'), 100);
    cutter.push(bytesOf('b'), 119);
    expect(cutter.due).toBe(139);
    cutter.elapse(138);
    cutter.push(bytesOf('c'), 139);
    expect(frames).toEqual(['ab']);
    cutter.elapse(159);
    expect([frames, cutter.due]).toEqual([['ab', 'c'], Infinity]);
  });

  test('are given up when they are closed, also by whoever is told of one', () => {
    const { cutter, frames } = cutting();
    cutter.push(bytesOf('half'), 0);
    cutter.close();
    cutter.push(bytesOf('\n'), 0);
    expect([cutter.finish(), frames]).toEqual([null, []]);
    const told: string[] = [];
    const closing = new FrameBytes(framingOf('lf'), ({ bytes }) => {
      told.push(latin1(bytes));
      closing.close();
    });
    closing.push(bytesOf('a\nb\nc'), 0);
    expect([closing.finish(), told]).toEqual([null, ['a\n']]);
  });

  test('of all streams together hold bounded memory, whoever sends them', () => {
    const streams = Array.from({ length: 600 }, () => cutting());
    const half = new Uint8Array(longest - 1);
    for (const { cutter } of streams) cutter.push(half, 0);
    expect(streams.some(({ tooLong }) => tooLong() > 0)).toBe(true);
    const held = streams.filter(({ frames }) => frames.length === 0).length;
    expect(held * longest).toBeLessThanOrEqual(256 * 1024 * 1024);
    for (const { cutter } of streams) cutter.close();
    const { cutter, frames } = cutting();
    cutter.push(half, 0);
    expect(frames).toEqual([]);
    cutter.close();
  });
});
