import { expect, test } from 'vitest';
import '../encodings/all-codecs.ts';
import { expressionOf, expressionPlaces, isExpression } from './expression-places.ts';

const bytes = Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0x62, 0x31, 0xf0, 0x9f, 0x98, 0x80, 0x62, 0x32);

test('places are those of bytes, whatever characters are made of', () => {
  const all = { from: 0, before: bytes.length, most: 10 };
  const numbered = { text: 'b\\d', flags: 'u' };
  expect([...expressionPlaces(bytes, 'utf-8', numbered, all)]).toEqual([4, 2, 10, 2]);
  expect([...expressionPlaces(bytes, 'utf-8', { text: '\\ufffdé', flags: '' }, all)]).toEqual([1, 3]);
  expect([...expressionPlaces(bytes, 'iso-8859-1', numbered, all)]).toEqual([4, 2, 10, 2]);
  expect([...expressionPlaces(bytes, 'utf-8', numbered, { ...all, from: 5 })]).toEqual([10, 2]);
  expect([...expressionPlaces(bytes, 'utf-8', numbered, { ...all, before: 10 })]).toEqual([4, 2]);
  expect([...expressionPlaces(bytes, 'utf-8', numbered, { ...all, most: 1 })]).toEqual([4, 2]);
});

test('what stands between slashes alone is an expression', () => {
  expect(expressionOf('/a\\/b.*/i')).toEqual({ text: 'a\\/b.*', flags: 'i' });
  for (const text of ['', '/a', '/a/x', '/a/ b', 'text:/a/', '-/a/', '/a/b/c'])
    expect(expressionOf(text)).toBeNull();
  expect([isExpression({ text: '(a', flags: '' }), isExpression({ text: '(a)', flags: 'i' })]).toEqual([
    false,
    true,
  ]);
});
