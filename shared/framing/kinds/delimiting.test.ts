/** Framings by what stands between, around or before the bytes. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, cutting, hex, latin1, said } from '../testing/cutting.ts';

const pairs = (text: string): string => latin1(hex(text));

test('line ends are those that were asked for, and are no part of what a line says', () => {
  const stream = 'a\r\nb\nc\rd\n\r\ne';
  expect(said('line', stream)).toEqual(['a', 'b', 'c', 'd', '', 'no-end: e']);
  expect(said('lf', stream)).toEqual(['a\r', 'b', 'c\rd', '\r', 'no-end: e']);
  expect(said('crlf', stream)).toEqual(['a', 'b\nc\rd\n', 'no-end: e']);
  expect(said('cr', stream)).toEqual(['a', '\nb\nc', 'd\n', 'no-end: \ne']);
  expect(said('line', 'a\r')).toEqual(['a']);
});

test('the first delimiter that is complete ends a frame', () => {
  expect(said('delimiter:;,text=END,hex=00', 'a;bEND\0cEN')).toEqual(['a', 'b', '', 'no-end: cEN']);
  expect(said('delimiter:ababc', 'xabababcy')).toEqual(['xab', 'no-end: y']);
});

test('frames of one length leave what is less', () => {
  expect(said('fixed:3', 'abcdefgh')).toEqual(['abc', 'def', 'incomplete: gh']);
});

describe('a length', () => {
  test('is read in every size and order', () => {
    for (const [type, head] of [
      ['u8', '03'],
      ['u16be', '0003'],
      ['u16le', '0300'],
      ['u24be', '000003'],
      ['u24le', '030000'],
      ['u32be', '00000003'],
      ['u32le', '03000000'],
      ['u64be', '0000000000000003'],
      ['u64le', '0300000000000000'],
      ['varint', '03'],
    ])
      expect(said(`length:${type}`, `${pairs(head!)}abc${pairs(head!)}def`)).toEqual(['abc', 'def']);
    expect(said('length:varint', `${pairs('8201')}${'x'.repeat(130)}`)).toEqual(['x'.repeat(130)]);
  });

  test('may stand behind other bytes, count them or not, and leave some out', () => {
    expect(said('length:u16be,offset=2,extra=4', 'HD\0\x03abcCRC4HD\0\0CRC4')).toEqual(['abc', '']);
    expect(said('length:u8,offset=1,counts=all', 'H\x05abcH\x02')).toEqual(['abc', '']);
    expect(said('length:u8,extra=-1', '\x04abc')).toEqual(['abc']);
  });

  test('that cannot be ends the frame behind its head, marked', () => {
    expect(said('length:u8,counts=all', '\0\x02a')).toEqual(['bad-length: \0', 'a']);
    expect(said('length:u64be', '\xff'.repeat(8) + '\0'.repeat(8))).toEqual([
      `bad-length: ${'\xff'.repeat(8)}`,
      '',
    ]);
    expect(said('length:varint', '\xff'.repeat(10))).toEqual([`bad-length: ${'\xff'.repeat(10)}`]);
  });

  test('over the limit is marked, and nothing of it is lost', () => {
    expect(said('length:u8,max=3', '\x06abcdef\x01x')).toEqual([
      'too-long: \x06ab',
      'too-long: cde',
      'too-long: f',
      'x',
    ]);
    expect(said('length:u8', '\x06abc')).toEqual(['incomplete: \x06abc']);
  });
});

describe('start and end bytes', () => {
  test('stand around a frame; what stands before its start is told by itself', () => {
    const spec = 'between:start=02,end=03';
    expect(said(spec, 'xx\x02ab\x03\x02\x03y\x02c')).toEqual([
      'bad-head: xx',
      'ab',
      '',
      'bad-head: y',
      'no-end: \x02c',
    ]);
  });

  test('are data behind an escape, which may turn them', () => {
    expect(said('between:start=02,end=03,escape=10', '\x02a\x10\x03b\x10\x10\x03')).toEqual(['a\x03b\x10']);
    expect(said('between:start=7e,end=7e,escape=7d,xor=20', pairs('7e7d5e7d5d417e7e427e437e'))).toEqual([
      '\x7e\x7dA',
      'B',
      'C',
    ]);
  });

  test('may begin with the escape, which then stands twice in data', () => {
    const spec = 'between:start=1002,end=1003,escape=10';
    expect(said(spec, pairs('1002 41 1010 03 1003 1002 10 42 1003'))).toEqual([
      'A\x10\x03',
      `bad-escape: ${pairs('1002 10 42 1003')}`,
    ]);
  });
});

test('SLIP frames of RFC 1055 come out of their escapes, with flags before them or not', () => {
  expect(said('slip', pairs('c0 01 dbdc 02 dbdd 03 c0 c0 04 c0 05 c0'))).toEqual([
    pairs('01c002db03'),
    '\x04',
    '\x05',
  ]);
  expect(said('slip', pairs('01 db05 c0 02'))).toEqual([`bad-escape: ${pairs('01db05c0')}`, 'no-end: \x02']);
});

test('COBS frames are those of its paper', () => {
  const vectors: [string, string][] = [
    ['0101 00', '00'],
    ['010101 00', '0000'],
    ['01 02 11 01 00', '00 11 00'],
    ['03 11 22 02 33 00', '11 22 00 33'],
    ['05 11 22 33 44 00', '11 22 33 44'],
    ['02 11 01 01 01 00', '11 00 00 00'],
  ];
  for (const [coded, plain] of vectors) expect(said('cobs', pairs(coded))).toEqual([pairs(plain)]);
  const long = Array.from({ length: 254 }, (_, at) => at + 1);
  expect(said('cobs', Uint8Array.of(0xff, ...long, 0))).toEqual([latin1(Uint8Array.from(long))]);
  expect(said('cobs', Uint8Array.of(0xff, ...long, 1, 1, 0))).toEqual([
    latin1(Uint8Array.from([...long, 0])),
  ]);
  expect(said('cobs', pairs('05 11 22 00 02 33'))).toEqual([
    `bad-escape: ${pairs('05112200')}`,
    `no-end: ${pairs('0233')}`,
  ]);
});

describe('an expression', () => {
  test('ends a frame with the first end of a match, which is no part of what it says', () => {
    expect(said('regex:\\r?\\n', 'a\r\nb\n')).toEqual(['a', 'b']);
    expect(said('regex:[;,]{2}|\\x00', 'a;b;,c\0')).toEqual(['a;b', 'c']);
    expect(said('regex:</(a|b)>', '<a>1</a><b>2</b>')).toEqual(['<a>1', '<b>2']);
    expect(said('regex:ä', 'x\xc3\xa4')).toEqual(['x']);
    expect(said('regex:\\d{2,}', 'a123b')).toEqual(['a', 'no-end: 3b']);
  });

  test('finds what that of JavaScript finds, where its first match ends', () => {
    const expressions = ['ab|ba', '(a|b)+c', 'a{2,3}b?c', '[^a]b+', 'a(bc|b)*d', 'c.a', '(?:a|ab)(c|bcd)'];
    fc.assert(
      fc.property(
        fc.constantFrom(...expressions),
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 }),
        (expression, letters) => {
          const ending = new RegExp(`(?:${expression})$`, 's');
          const expected: string[] = [];
          let frame = '';
          for (const letter of letters) {
            frame += letter;
            if (!ending.test(frame)) continue;
            expected.push(frame);
            frame = '';
          }
          const { frames } = cutting(`regex:${expression}`, [bytesOf(letters.join(''))]);
          expect(frames.map(({ text }) => text)).toEqual(expected);
          expect(frames.map(({ payload }) => payload)).toEqual(
            expected.map((text) => text.slice(0, text.search(ending))),
          );
        },
      ),
    );
  });

  test('takes each byte once, whatever it is and whatever the bytes are', () => {
    const stream = bytesOf('a'.repeat(1_000_000));
    expect(cutting('regex:(a+)+b|(a|aa)+c', [stream]).frames).toHaveLength(0);
  });
});
