import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineCutter, longestLineBytes } from './lines.ts';
import { cutAt } from '../testing/cut-at.ts';

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

function cutting() {
  const lines: string[] = [];
  const starts: (number | null)[] = [];
  let tooLong = 0;
  const cutter = new LineCutter({
    frame: (bytes, start) => {
      lines.push(textOf(bytes));
      starts.push(start);
    },
    tooLong: () => tooLong++,
  });
  return { cutter, lines, starts, tooLong: () => tooLong };
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

describe('lines', () => {
  test('are told with their ends, and the rest when the peer has finished', () => {
    const { cutter, lines } = cutting();
    cutter.push(bytesOf('a\r\n\nb'));
    cutter.push(bytesOf('c'));
    cutter.push(bytesOf('\nd'));
    expect(lines).toEqual(['a\r\n', '\n', 'bc\n']);
    cutter.finish();
    cutter.finish();
    expect(lines).toEqual(['a\r\n', '\n', 'bc\n', 'd']);
  });

  test('know where they are stored when one read has all of them', () => {
    const { cutter, starts } = cutting();
    cutter.push(bytesOf('a\nbb\nc'));
    cutter.push(bytesOf('\ndd\n'));
    expect(starts).toEqual([0, 2, null, 1]);
  });

  test('are the same wherever the stream is cut', () => {
    const stream = fc.array(fc.constantFrom('a', 'b', '\r', '\n'), { maxLength: 60 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(60)), (characters, places) => {
        const whole = characters.join('');
        const { cutter, lines } = cutting();
        for (const chunk of cutAt(bytesOf(whole), places)) cutter.push(chunk);
        cutter.finish();
        expect(lines).toEqual(whole.match(/[^\n]*\n|[^\n]+$/g) ?? []);
      }),
    );
  });

  test('that are too long are told in pieces, and no byte is lost or told twice', () => {
    const { cutter, lines, tooLong } = cutting();
    const chunk = new Uint8Array(64 * 1024 - 1).fill(0x61);
    for (let sent = 0; sent < 10 * longestLineBytes; sent += chunk.length) cutter.push(chunk);
    cutter.push(bytesOf('\n'));
    expect(lines.slice(0, -1).every(({ length }) => length === longestLineBytes)).toBe(true);
    expect(lines.join('').length % chunk.length).toBe(1);
    expect(tooLong()).toBe(lines.length - 1);
  });

  test('of exactly the longest length are whole', () => {
    const { cutter, lines, tooLong } = cutting();
    cutter.push(new Uint8Array(longestLineBytes - 1).fill(0x61));
    cutter.push(bytesOf('\n'));
    expect([lines.length, lines[0]!.length, tooLong()]).toEqual([1, longestLineBytes, 0]);
  });

  test('of a peer that has gone are given up', () => {
    const { cutter, lines } = cutting();
    cutter.push(bytesOf('half'));
    cutter.close();
    cutter.finish();
    expect(lines).toEqual([]);
  });

  test('of all peers together hold bounded memory, whoever sends them', () => {
    const peers = Array.from({ length: 600 }, cutting);
    const half = new Uint8Array(longestLineBytes - 1);
    for (const { cutter } of peers) cutter.push(half);
    expect(peers.some(({ tooLong }) => tooLong() > 0)).toBe(true);
    const held = peers.filter(({ lines }) => lines.length === 0).length;
    expect(held * longestLineBytes).toBeLessThanOrEqual(256 * 1024 * 1024);
    for (const { cutter } of peers) cutter.close();
    const { cutter, lines } = cutting();
    cutter.push(half);
    expect(lines).toEqual([]);
    cutter.close();
  });
});
