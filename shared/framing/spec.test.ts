import { describe, expect, test } from 'vitest';
import { explainFramingProblem } from '../texts/index.ts';
import { framingOf } from './testing/cutting.ts';
import { framerKinds } from './framers.ts';
import { parseFraming } from './spec.ts';

describe('a framing as it is written', () => {
  test.each(framerKinds.map(({ name, example }) => [name, example]))(
    '%s has an example: %s',
    (_, example) => {
      expect(framingOf(example).spec).toBe(example);
    },
  );

  test.each([
    ['line'],
    ['lf'],
    ['crlf'],
    ['cr'],
    ['delimiter:hex=0d0a'],
    ['delimiter:\\r\\n,text=a=b,hex=00ff,max=2M'],
    ['delimiter:a\\x2Cb'],
    ['fixed:16'],
    ['length:u16be,offset=2,extra=4'],
    ['length:u32le,extra=-4,counts=all,max=64k'],
    ['length:varint'],
    ['between:start=1002,end=1003,escape=10'],
    ['between:start=7e,end=7e,escape=7d,xor=20'],
    ['slip'],
    ['cobs'],
    ['gap:20ms'],
    ['gap:1500ms,max=1000'],
    ['regex:\\r?\\n'],
    ['regex:max=64k,a{1,3},b'],
    ['regex:max=1M,max=3,x'],
    ['modbus-tcp'],
    ['modbus-rtu:gap=5ms'],
    ['mqtt'],
    ['http'],
    ['resp'],
    ['nmea'],
    ['at'],
  ])('%s is written again as it is', (spec) => {
    expect(framingOf(spec).spec).toBe(spec);
  });

  test.each([
    ['  LINE ', 'line'],
    ['length: U16BE, OFFSET=2,max=1M', 'length:u16be,offset=2'],
    ['length:type=u8', 'length:u8'],
    ['delimiter:hex=0D 0A', 'delimiter:hex=0d0a'],
    ['delimiter:text=\\x0d\\n', 'delimiter:\\r\\n'],
    ['fixed:65536', 'fixed:64k'],
    ['fixed:1 KiB', 'fixed:1k'],
    ['gap:1.5s', 'gap:1500ms'],
    ['gap:20', 'gap:20ms'],
    ['ｌｉｎｅ：max＝２k', 'line:max=2k'],
    ['http:max=16M', 'http'],
  ])('%s means %s', (spec, means) => {
    expect(framingOf(spec).spec).toBe(means);
  });

  test.each([
    ['', 0, 0, 'A framing is needed'],
    ['lenght:u8', 0, 6, 'Is length meant?'],
    ['xyzzyx', 0, 6, 'There are: line, lf,'],
    ['fixed', 5, 5, 'Its size is missing'],
    ['fixed:0', 6, 7, 'From 1 to 64M.'],
    ['fixed:1x', 6, 8, 'whole number of bytes'],
    ['length:u17be', 7, 12, 'Is u16be meant?'],
    ['length:u16be,ofset=2', 13, 20, 'Is offset meant?'],
    ['length:u16be,2', 13, 14, 'no such option'],
    ['length:u16be,offset=1,offset=2', 29, 30, 'once only'],
    ['modbus-tcp:1', 11, 12, 'takes no options'],
    ['line:max=0', 9, 10, 'From 1 to 64M.'],
    ['line:max=999999999999999999999', 9, 30, 'From 1 to 64M.'],
    ['gap:2h', 4, 6, 'Write a time'],
    ['delimiter', 9, 9, 'Its text or hex is missing'],
    ['delimiter:', 10, 10, 'Its text or hex is missing'],
    ['delimiter:hex=0d0', 14, 17, 'odd number of digits'],
    ['delimiter:a\\q', 11, 13, 'Unknown escape'],
    ['delimiter:hex=', 14, 14, 'From 1 to 64.'],
    ['between:start=02', 16, 16, 'Its end is missing'],
    ['between:start=02,end=03,escape=1010', 31, 35, 'From 1 to 1.'],
    ['regex:', 6, 6, 'Its expression is missing'],
    ['regex:a*', 6, 8, 'nothing at all'],
    ['regex:ab(c', 8, 9, 'not closed'],
    ['regex:a)b', 7, 8, 'without meaning'],
    ['regex:*', 6, 7, 'without meaning'],
    ['regex:^a', 6, 7, 'not known'],
    ['regex:(?=a)b', 7, 9, 'not known'],
    ['regex:a\\1', 7, 9, 'not known'],
    ['regex:[ä]', 7, 8, '\\xHH'],
    ['regex:x.{40}y', 6, 13, 'too large'],
    ['regex:(a{900}){900}', 6, 19, 'too large'],
    ['line\u200b', 0, 5, 'U+200B'],
  ])('%s is refused at its place', (spec, start, end, words) => {
    const read = parseFraming(spec);
    if (read.ok) throw new Error('it was not refused');
    const { problem } = read;
    expect(explainFramingProblem(problem)).toContain(words);
    expect([problem.start, problem.end]).toEqual([start, end]);
  });
});
