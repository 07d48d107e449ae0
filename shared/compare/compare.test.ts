import { expect, test } from 'vitest';
import { compare, type CompareAsk } from './compare.ts';
import { formatIgnore, readIgnore, type Ignore } from './ignore.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const one = bytes('\x00*{"fw":"2.14","up":86400,"sent":"2026-11-28T14:01:02Z"}'.slice(2));
const other = bytes('{"fw":"2.15","door":1,"up":3,"sent":"2026-11-28T14:02:02Z"}');
const of = (ask: Partial<CompareAsk>) =>
  compare({ a: one, b: other, as: null, hints: {}, ignore: [], ...ask }, () => 0);

test('fields are compared by their paths, whatever stands between them', () => {
  const { as, fields } = of({});
  expect(as).toBe('json');
  expect(fields).toEqual({
    fields: [
      { path: 'fw', a: '2.14', b: '2.15' },
      { path: 'door', a: null, b: '1' },
      { path: 'up', a: '86400', b: '3' },
      { path: 'sent', a: '2026-11-28T14:01:02Z', b: '2026-11-28T14:02:02Z' },
    ],
    equal: 0,
    ignored: 0,
  });
});

test('what is passed over is no difference, by its bytes, its field or by what it is', () => {
  const all = of({}).differences;
  for (const text of ['field:sent', 'times']) {
    const { differences, fields, hunks } = of({ ignore: [readIgnore(text)!] });
    expect(differences).toBe(all - 1);
    expect(fields).toMatchObject({ ignored: 1 });
    expect(hunks.at(-2)).toMatchObject({ isEqual: false, isIgnored: true });
  }
  expect(of({ a: bytes('ab1'), b: bytes('ab2'), ignore: [readIgnore('bytes:2')!] }).differences).toBe(0);
  const ids: Ignore[] = [{ kind: 'ids' }];
  expect(of({ a: bytes('{"userId":1}'), b: bytes('{"userId":2}'), ignore: ids }).differences).toBe(0);
  expect(of({ a: bytes('{"humid":1}'), b: bytes('{"humid":2}'), ignore: ids }).differences).toBe(1);
});

test('rules are read as they are written', () => {
  for (const text of ['bytes:0..1', 'bytes:7', 'field:a.b', 'times', 'ids'])
    expect(formatIgnore(readIgnore(text)!)).toBe(text);
  expect(readIgnore('bytes:0x10-0x1f')).toEqual({ kind: 'bytes', first: 16, last: 31 });
  for (const text of ['', 'bytes:', 'bytes:5..4', 'field:', 'time']) expect(readIgnore(text)).toBeNull();
});

test('bytes that nothing reads have no fields', () => {
  expect(of({ a: Uint8Array.of(1), b: Uint8Array.of(2), as: null })).toMatchObject({
    differences: 1,
    bytes: 1,
  });
});
