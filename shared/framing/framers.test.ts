/** What holds for every framing, whatever is sent and wherever that is cut. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutAt } from '../testing/cut-at.ts';
import { texts } from '../texts/index.ts';
import { Framer, type FrameMark } from './framer.ts';
import { framerKinds } from './framers.ts';
import { bytesOf, cutting, framingOf, latin1 } from './testing/cutting.ts';

/** Every kind, and bytes of which its streams are made so that they often mean something to it. */
const samples: readonly [spec: string, words: readonly string[]][] = [
  ['line', ['\r', '\n', '\r\n', 'ab']],
  ['line:max=3', ['\r', '\n', '\r\n', 'ab']],
  ['lf:max=4', ['\r', '\n', 'ab']],
  ['crlf', ['\r', '\n', '\r\n', 'ab']],
  ['crlf:max=3', ['\r', '\n', '\r\n', 'ab']],
  ['cr', ['\r', '\n', 'ab']],
  ['delimiter:END,text=EN,hex=0d0a', ['E', 'EN', 'END', 'D', '\r', '\n']],
  ['delimiter:hex=61', ['a', 'b']],
  ['delimiter:ababc,max=7', ['a', 'b', 'ab', 'ababc']],
  ['fixed:3', ['a', 'bc']],
  ['length:u8', ['\0', '\x01', '\x03', 'abc']],
  ['length:u16be,offset=1,extra=2', ['\0', '\x01', '\x03', 'abc']],
  ['length:u24le,extra=-2', ['\0', '\x01', '\x03', '\xff', 'abc']],
  ['length:u32le,counts=all,max=9', ['\0', '\0\0\0', '\x06', '\xff', 'abc']],
  ['length:u64be', ['\0\0\0\0\0\0\0', '\0', '\x02', '\xff', 'abc']],
  ['length:varint,max=5', ['\0', '\x02', '\x80', '\xff', 'abc']],
  ['between:start=02,end=03,escape=10', ['\x02', '\x03', '\x10', 'ab']],
  ['between:start=02,end=03,max=3', ['\x02', '\x03', 'ab']],
  ['between:start=1002,end=1003,escape=10,max=5', ['\x02', '\x03', '\x10', '\x10\x02', '\x10\x03', 'ab']],
  ['between:start=616263,end=6465,max=4', ['a', 'ab', 'abc', 'd', 'de', 'x']],
  ['between:start=7e,end=7e,escape=7d,xor=20', ['\x7e', '\x7d', '\x5e', 'ab']],
  ['slip', ['\xc0', '\xdb', '\xdc', '\xdd', 'ab']],
  ['slip:max=4', ['\xc0', '\xdb', '\xdc', 'ab']],
  ['cobs', ['\0', '\x01', '\x02', '\x03', '\xff', 'ab']],
  ['gap:20ms', ['a', 'bc']],
  ['gap:20ms,max=3', ['a', 'bc']],
  ['regex:\\r?\\n|[xy]{2,3}z', ['\r', '\n', 'x', 'y', 'z', 'ab']],
  ['regex:max=4,ab+c', ['a', 'b', 'c', 'd']],
  ['modbus-tcp', ['\0', '\0\x01\0\0\0\x03', '\x02', '\xff', 'abc']],
  [
    'modbus-rtu',
    ['\x01\x03\x00\x00\x00\x02\xc4\x0b', '\x01\x83\x02\xc0\xf1', '\x01\x03', '\x02', '\x01\x10', '\xff'],
  ],
  ['mqtt', ['\x30', '\x05', 'hello', '\0', '\xc0\0', '\xff', '\x80']],
  [
    'http',
    [
      'GET / HTTP/1.1\r\n',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 204 No\r\n',
      'Content-Length: 3\r\n',
      'transfer-encoding: chunked\r\n',
      '\r\n',
      '3\r\n',
      'abc',
      '0\r\n',
      '\n',
      'x',
    ],
  ],
  ['http:max=9', ['GET / HTTP/1.1\r\n', 'Content-Length: 30\r\n', '\r\n', 'abc']],
  [
    'resp',
    [
      '*2\r\n',
      '%1\r\n',
      '|1\r\n',
      '$3\r\n',
      'abc\r\n',
      ':1\r\n',
      '$-1\r\n',
      '+OK\r\n',
      'PING\r\n',
      '\r',
      'x',
      '*',
    ],
  ],
  ['nmea', ['$GP,1', '!AI', '*', '17', '0A', '\r\n', '\\s:a*00\\', 'x', '\n']],
  ['nmea:max=5', ['$GP', '*', '00', '\r\n', 'xy']],
  ['at', ['AT', '\r', '\n', '\r\n', 'OK', '> ', '>', ' ']],
  ['at:max=3', ['AT', '\r', '\n', 'OK', '> ']],
];

const streamOf = (words: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: anyByte }), {
      maxLength: 40,
    })
    .map((parts) => bytesOf(parts.join('')));
const anyByte = fc.nat(255).map((byte) => String.fromCharCode(byte));
const places = fc.array(fc.nat(200), { maxLength: 12 });

test('every framing is tried here, and has words', () => {
  const tried = new Set(samples.map(([spec]) => spec.replace(/:.*/s, '')));
  for (const { name } of framerKinds) {
    expect(tried).toContain(name);
    expect(texts.framing.kinds[name]).toMatch(/\.$/);
  }
  expect(Object.keys(texts.framing.kinds)).toEqual(framerKinds.map(({ name }) => name));
});

describe.each(samples)('%s', (spec, words) => {
  test('cuts the same frames whether a stream comes whole, byte by byte or cut anywhere, and loses no byte', () => {
    fc.assert(
      fc.property(streamOf(words), places, (stream, at) => {
        const whole = cutting(spec, [stream]);
        expect(cutting(spec, cutAt(stream, at))).toEqual(whole);
        expect(
          cutting(
            spec,
            Array.from(stream, (byte) => Uint8Array.of(byte)),
          ),
        ).toEqual(whole);
        const { frames, rest } = whole;
        expect(frames.map(({ text }) => text).join('') + (rest ?? '').replace(/^[a-z-]+: /, '')).toBe(
          latin1(stream),
        );
        expect(frames.every(({ text }) => text.length > 0 && text.length <= framingOf(spec).max)).toBe(true);
      }),
    );
  });

  test('goes on from what was saved anywhere', () => {
    fc.assert(
      fc.property(streamOf(words), fc.nat(200), (stream, place) => {
        const framing = framingOf(spec);
        const half = place % (stream.length + 1);
        const told: [number, number, FrameMark | null][] = [];
        const tell = (...frame: [number, number, FrameMark | null]): void => void told.push(frame);
        const first = new Framer(framing, tell);
        first.push(stream.subarray(0, half), 0);
        const second = new Framer(framing, tell, first.save());
        second.push(stream.subarray(half), 0);
        const rest = second.finish();
        const onGoing = told.splice(0);
        const whole = new Framer(framing, tell);
        whole.push(stream, 0);
        expect([whole.finish(), told]).toEqual([rest, onGoing]);
        expect(JSON.stringify(first.save()).length).toBeLessThan(1500);
      }),
    );
  });

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), places, (stream, at) => {
        expect(cutting(spec, cutAt(stream, at))).toEqual(cutting(spec, [stream]));
      }),
    );
  });
});

test('a length of gigabytes costs no memory: its bytes are told in pieces as they come', () => {
  const lengths: number[] = [];
  const framer = new Framer(framingOf('length:u32be,max=64k'), (start, end) => lengths.push(end - start));
  framer.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0);
  const chunk = new Uint8Array(64 * 1024);
  for (let pushed = 0; pushed < 100; pushed++) framer.push(chunk, 0);
  expect(lengths).toEqual(Array.from({ length: 100 }, () => 64 * 1024));
});
