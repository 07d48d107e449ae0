import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostOwnForm, ownValue, readOwnForm } from './own.ts';

const value = (form: string, ...bytes: number[]): string | null => {
  const read = readOwnForm(form);
  if (!read.ok) throw new Error(read.problem.code);
  return ownValue(read.form, Uint8Array.from(bytes));
};
const problem = (form: string) => {
  const read = readOwnForm(form);
  return read.ok ? null : [read.problem.code, read.problem.start, read.problem.end];
};

test('a number is read, scaled from the left to the right, and has its unit', () => {
  expect(value('u16be * 0.1 "°C"', 0, 215)).toBe('21.5 °C');
  expect(value('u8 - 40 "°C"', 65)).toBe('25 °C');
  expect(value('i16le / 10 + 1', 0xf6, 0xff)).toBe('0');
  expect(value('u8 + 1 * 2', 4)).toBe('10');
  expect(value('  U16LE*1e3', 1, 0)).toBe('1000');
  expect(value('u64be', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)).toBe('18446744073709551615');
  expect(value('f32be-swapped', 0, 0, 0x41, 0xac)).toBe('21.5');
  expect(value('u64be-swapped', 0, 1, 0, 0, 0, 0, 0, 0)).toBe('1');
  expect(value('u24be', 1, 2)).toBeNull();
});

test('a mistake is told at its place', () => {
  expect(problem('')).toEqual(['no-type', 0, 0]);
  expect(problem(' u17be')).toEqual(['no-type', 1, 6]);
  expect(problem('u16 * 2')).toEqual(['no-order', 0, 3]);
  expect(problem('u8be')).toEqual(['no-order-wanted', 0, 4]);
  expect(problem('u16be-swapped')).toEqual(['no-words', 0, 13]);
  expect(problem('u16be * x')).toEqual(['no-number', 8, 9]);
  expect(problem('u16be / 0')).toEqual(['no-number', 8, 9]);
  expect(problem('u16be °C')).toEqual(['no-sign', 6, 8]);
  expect(problem('u16be "°C')).toEqual(['open-quote', 6, 9]);
  expect(problem('u16be "°C" * 2')).toEqual(['no-sign', 11, 14]);
  expect(problem(`u8${' '.repeat(mostOwnForm)}`)?.[0]).toBe('too-long');
});

test('whatever is typed, it is read or has a place inside of it', () => {
  const piece = fc.constantFrom(
    'u16be',
    'f32le',
    '-swapped',
    ' ',
    '*',
    '+',
    '-',
    '/',
    '1',
    '.5',
    'e9',
    '"',
    'x',
    '\u200b',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const form = pieces.join('');
      const read = readOwnForm(form);
      if (read.ok) return void ownValue(read.form, new Uint8Array(16));
      expect(read.problem.start).toBeGreaterThanOrEqual(0);
      expect(read.problem.end).toBeLessThanOrEqual(form.length);
      expect(read.problem.start).toBeLessThanOrEqual(read.problem.end);
    }),
    { numRuns: 1000 },
  );
});
