import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText } from '../encodings/codec.ts';
import { codecOf, type EncodingId } from '../encodings/encodings.ts';
import { FailureError } from '../failure.ts';
import { compileRules, firstAnswer } from './rules.ts';
import type { ReplyBoundary, Rule } from '../settings/settings.ts';

const rule = (match: Rule['match'], pattern: string, reply = 'yes', changes: Partial<Rule> = {}): Rule => ({
  match,
  pattern,
  reply: { mode: 'text', text: reply },
  delayMs: 0,
  then: 'stay',
  enabled: true,
  note: '',
  ...changes,
});
const bytesOf = (message: string | Uint8Array): Uint8Array =>
  typeof message === 'string' ? new TextEncoder().encode(message) : message;
function answer(rules: Rule[], message: string | Uint8Array, boundary: ReplyBoundary = 'chunk') {
  const found = firstAnswer(compileRules(rules, boundary === 'line'), bytesOf(message));
  return found && { number: found.rule.number, reply: new TextDecoder().decode(found.reply) };
}
const matches = (one: Rule, message: string | Uint8Array, boundary?: ReplyBoundary): boolean =>
  answer([one], message, boundary) !== null;

test('a rule that is off is passed over, and may be without a pattern', () => {
  const off = rule('contains', '', 'no', { enabled: false });
  expect(answer([off, rule('contains', 'a')], 'a')).toEqual({ number: 2, reply: 'yes' });
  expect(answer([{ ...off, match: 'hex' }], 'a')).toBeNull();
});

describe('matching', () => {
  test.each([
    ['exact', 'ping', ['ping'], ['ping\n', 'pin', 'Ping', '']],
    ['contains', 'in\\x67', ['ping', 'ing', 'xiing'], ['in', 'pig']],
    ['starts', 'pi', ['ping', 'pi'], ['p', 'xpi']],
    ['ends', 'ng', ['ping', 'ng'], ['g', 'ping\n']],
    ['regex', '^p.ng$', ['ping', 'p😀ng'], ['ping\n', 'pping']],
    ['exact-hex', '70 ?? 6e 67', ['ping', 'pong'], ['xping', 'pings', 'png', '']],
    ['hex', '69 ?? 67', ['ping', 'xi\0gx'], ['ig', 'in']],
    ['filter', 'ping -"no ping" (/\\d+/ OR hex:00)', ['PING 7', 'ping\0'], ['ping', 'no ping 7']],
  ] as const)('%s %s', (match, pattern, hits, misses) => {
    for (const message of hits) expect(matches(rule(match, pattern), message), message).toBe(true);
    for (const message of misses) expect(matches(rule(match, pattern), message), message).toBe(false);
  });

  test.each(['ping\n', 'ping\r\n', 'ping'])('%j is the line ping, with its end and without', (line) => {
    for (const pattern of ['ping', line.replace('\r', '\\r').replace('\n', '\\n')]) {
      expect(matches(rule('exact', pattern), line, 'line')).toBe(true);
      expect(matches(rule('ends', pattern), line, 'line')).toBe(true);
    }
    expect(matches(rule('regex', '^ping$'), line, 'line')).toBe(true);
    expect(matches(rule('exact', 'pin'), line, 'line')).toBe(false);
  });

  test('the first rule that matches answers', () => {
    const rules = [rule('exact', 'a', 'one'), rule('contains', 'a', 'two'), rule('contains', 'a', 'three')];
    expect(answer(rules, 'xa')).toEqual({ number: 2, reply: 'two' });
    expect(answer(rules, 'a')).toEqual({ number: 1, reply: 'one' });
    expect(answer(rules, 'b')).toBeNull();
  });

  test('a rule without a reply answers with nothing', () => {
    expect(answer([rule('contains', 'a', '')], 'a')).toEqual({ number: 1, reply: '' });
    expect(answer([rule('regex', '(a)', '')], 'a')).toEqual({ number: 1, reply: '' });
  });

  test('bytes that are no text match as bytes', () => {
    expect(matches(rule('contains', '\\xff\\x00'), Uint8Array.of(1, 255, 0))).toBe(true);
    expect(matches(rule('regex', '^.$'), Uint8Array.of(255))).toBe(true);
  });

  test('text is found exactly where it is', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 12, max: 2 });
    fc.assert(
      fc.property(bytes, bytes, (message, pattern) => {
        const text = (part: Uint8Array) => [...part].map((byte) => `\\x0${byte}`).join('');
        const found = text(message).includes(text(pattern));
        expect(matches(rule('contains', text(pattern)), message)).toBe(found);
        expect(matches(rule('hex', [...pattern].map((byte) => `0${byte}`).join(' ')), message)).toBe(found);
      }),
    );
  });
});

describe('replies to a regular expression', () => {
  const reply = (pattern: string, template: string, message: string | Uint8Array) =>
    answer([rule('regex', pattern, template)], message)?.reply;

  test('have what was found put in', () => {
    expect(reply('(\\w+)=(?<value>\\w+)', '$2=$1 $<value> [$&] $$1 $10', 'x a=b')).toBe('b=a b [a=b] $1 a0');
  });

  test('keep what the expression has no group for', () => {
    expect(reply('(a)', '$2 $<a> $ $x $<', 'a')).toBe('$2 $<a> $ $x $<');
    expect(reply('(?<a>a)', '$<b>$<a', 'a')).toBe('$<b>$<a');
  });

  test('know the groups of an expression that would search for ages', () => {
    expect(reply('(?:a?|b?){40}(x)', '<$1$2>', 'x')).toBe('<x$2>');
  });

  test('name no group by a dollar that is written as an escape', () => {
    expect(reply('(a)', '\\x241 \\$1 \\u{24}1 \\$& $1', 'a')).toBe('$1 $1 $1 $& a');
    expect(reply('(?<a>a)', '\\x24<a> \\$<a> $\\x3Ca>', 'a')).toBe('$<a> $<a> $<a>');
  });

  test('have nothing for a group that took no part', () => {
    expect(reply('(a)|(b)', '<$1$2>', 'b')).toBe('<b>');
  });

  test('give malformed bytes back as they came', () => {
    const found = firstAnswer(
      compileRules([rule('regex', '(.)!', '$1\\xfe')], false),
      Uint8Array.of(0xc3, 33),
    );
    expect([...found!.reply]).toEqual([0xc3, 0xfe]);
  });

  test('are the bytes themselves when they are written in hex', () => {
    const hex = rule('regex', '(a)', '', { reply: { mode: 'hex', text: '24 31' } });
    expect(answer([hex], 'a')?.reply).toBe('$1');
  });

  test('that would grow without bound fail with a code', () => {
    const grow = (): unknown => reply('.+', '$&'.repeat(1000), 'a'.repeat(100_000));
    expect(grow).toThrow(FailureError);
    expect(grow).toThrow(expect.objectContaining({ code: 'REPLY_TOO_LONG' }));
  });
});

test('what may take long says so', () => {
  const costly = (match: Rule['match'], pattern: string) =>
    compileRules([rule(match, pattern)], false)[0]!.isCostly;
  expect(costly('regex', 'a')).toBe(true);
  expect(costly('hex', '?? 00 '.repeat(1025))).toBe(true);
  expect(costly('hex', '?? 00 '.repeat(1024))).toBe(false);
  expect(costly('contains', 'a'.repeat(10_000))).toBe(false);
  expect(costly('exact', 'a'.repeat(1000))).toBe(false);
});

describe('text in another encoding', () => {
  const inEncoding = (id: EncodingId, text: string) => encodeText(text, codecOf(id))!;
  const answered = (one: Rule, id: EncodingId, message: Uint8Array, isLine = false) =>
    firstAnswer(compileRules([one], isLine, id), message)?.reply ?? null;

  test('is matched as what it says, whatever the rule asks', () => {
    for (const id of ['gbk', 'gb18030', 'big5', 'shift_jis', 'utf-16le', 'utf-8'] as const)
      for (const one of [
        rule('exact', '一二三'),
        rule('contains', '二'),
        rule('starts', '一二'),
        rule('ends', '三'),
        rule('regex', '^一.三$'),
        rule('filter', 'text:二'),
      ]) {
        expect([id, one.match, answered(one, id, inEncoding(id, '一二三')) !== null]).toEqual([
          id,
          one.match,
          true,
        ]);
        expect([id, one.match, answered(one, id, inEncoding(id, '一六')) !== null]).toEqual([
          id,
          one.match,
          false,
        ]);
      }
  });

  test('is not found in the halves of two characters', () => {
    // CE C2 B6 C8: the middle of it is another character.
    const message = inEncoding('gbk', '温度');
    const between = new TextDecoder('gbk').decode(message.subarray(1, 3));
    for (const match of ['contains', 'regex', 'filter'] as const)
      expect([match, answered(rule(match, between), 'gbk', message)]).toEqual([match, null]);
    const half = new TextDecoder('gbk').decode(Uint8Array.of(0xc2, 0xb6));
    expect(answered(rule('ends', half), 'gbk', Uint8Array.of(0xce, 0xc2, 0xb6))).toBeNull();
    expect(answered(rule('hex', 'C2 B6'), 'gbk', message)).not.toBeNull();
  });

  test('ends with or without its line end where lines are answered', () => {
    for (const pattern of ['度', '度\\n'])
      expect(answered(rule('ends', pattern), 'gbk', inEncoding('gbk', '温度\r\n'), true) !== null).toBe(
        pattern === '度',
      );
    expect(answered(rule('ends', '度\\r\\n'), 'gbk', inEncoding('gbk', '温度\r\n'), true)).not.toBeNull();
  });

  test('goes back as the bytes that it came as, those of no character too', () => {
    const message = Uint8Array.from([...inEncoding('gbk', '名=温度'), 0xff]);
    expect(answered(rule('regex', '=(.*)$', '$1'), 'gbk', message)).toEqual(message.subarray(3));
  });

  test('that the encoding lacks matches nothing', () => {
    expect(answered(rule('contains', '😀'), 'gbk', inEncoding('gbk', '温度'))).toBeNull();
    expect(answered(rule('contains', 'é'), 'us-ascii', inEncoding('us-ascii', 'e'))).toBeNull();
  });
});
