import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, usualBudget } from '../decoding/decoders.ts';
import type { DecoderId } from '../decoding/decoded.ts';
import { isPayload } from '../records.ts';
import { readFilter } from './filter.ts';
import { readMessageFilter } from './message-operators.ts';
import { readBy, type FilterProblem, type ReadFilter } from './reading.ts';
import { filterOperators } from './operators.ts';
import type { FilterOperator, FilterSubject, Verdict } from './operator.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
type Looks = Partial<
  Pick<FilterSubject, 'kind' | 'connection' | 'frame' | 'time' | 'previous' | 'annotation'>
> & {
  bytes?: Uint8Array | string;
  sentence?: string;
  peer?: string | null;
  name?: string;
  as?: DecoderId;
};

function subject({
  kind,
  connection = 7,
  bytes = '',
  sentence,
  peer = null,
  name = '',
  time = 0,
  previous = null,
  frame = null,
  annotation = null,
  as,
}: Looks): FilterSubject {
  const payload = typeof bytes === 'string' ? encode(bytes) : bytes;
  return {
    kind: kind ?? (sentence === undefined ? 'received' : 'opened'),
    connection,
    ...{ length: payload.length, time, previous, frame, annotation },
    somePiece: (passes) => passes(payload),
    someSentence: (passes) => passes(sentence ?? ''),
    somePeer: (passes) => peer !== null && passes(peer, name),
    someDecoded: (passes) =>
      as !== undefined &&
      passes(
        decode(
          as,
          payload,
          usualBudget(() => false),
        ),
      ),
  };
}

function reading(text: string): ReadFilter {
  const read = readFilter(text);
  if (!read.ok) throw new Error(`${read.problem.code} at ${read.problem.start}`);
  return read.filter;
}

function problem(text: string): FilterProblem {
  const read = readFilter(text);
  if (read.ok) throw new Error(`${text} can be read`);
  return read.problem;
}

const passes = (text: string, looks: Looks): Verdict => reading(text).test(subject(looks));
const found = (text: string, bytes: Uint8Array | string): Verdict => passes(text, { bytes });
const placed = (text: string): unknown[] => {
  const { code, start, end } = problem(text);
  return [code, start, end];
};

describe('words', () => {
  test('are found in any case, in any script', () => {
    expect(found('hELLo', 'say Hello')).toBe(true);
    expect(found('hello', 'help')).toBe(false);
    expect(found('温度', 'temp 温度 21')).toBe(true);
    expect(found('ÄPFEL', 'zwei äpfel')).toBe(true);
    expect(found('привет', 'ПРИВЕТ!')).toBe(true);
    expect(found('get', Uint8Array.of(0xff, 0x47, 0x45, 0x54, 0xff))).toBe(true);
    expect(found('abc', 'ab')).toBe(false);
  });

  test('have dashes, dots, slashes, commas and stars of their own', () => {
    for (const text of [
      '10.0.0.1',
      'a-b',
      'a,b',
      'a*b',
      '/',
      '//',
      '/api',
      '/api/users',
      '/api/v1',
      '\\dir',
      '-',
    ])
      expect(found(text, `x${text}y`)).toBe(true);
    expect(found('a*b', 'axb')).toBe(false);
  });

  test('side by side must all be there, in quotes they are one', () => {
    expect(found('user login', 'login: user')).toBe(true);
    expect(found('"user login"', 'login: user')).toBe(false);
    expect(found('"user login"', 'a USER LOGIN')).toBe(true);
    expect(found('"say \\"hi\\" \\\\ \\n"', 'say "hi" \\ \\n')).toBe(true);
  });

  test('of events are looked for in their sentence', () => {
    expect(passes('CONNECTED', { sentence: '127.0.0.1:51122 connected' })).toBe(true);
    expect(passes('hex:31', { sentence: '127.0.0.1:51122 connected' })).toBe(false);
    expect(passes('', { sentence: 'anything' })).toBe(true);
  });
});

describe('expressions', () => {
  test('search a payload as text, the same each time', () => {
    const { test: matches } = reading('/^temp=\\d+/gm');
    for (let i = 0; i < 3; i++) expect(matches(subject({ bytes: 'x\ntemp=21' }))).toBe(true);
    expect(matches(subject({ bytes: 'x temp=21' }))).toBe(false);
  });

  test('keep their blanks, brackets and slashes, and group nothing', () => {
    expect(found('/get (in|ro) \\/x/i', 'GET ro /x')).toBe(true);
    expect(found('text:/A|B/ c', 'xBc')).toBe(true);
    expect(found('text:/A|B/ c', 'xbc')).toBe(false);
  });

  test('are refused where they stand', () => {
    expect(placed('/(/')).toEqual(['filter-expression', 0, 3]);
    expect(placed('x text:/a/ii')).toEqual(['filter-expression', 7, 12]);
    expect(problem('/(/').message).not.toBe('');
  });
});

describe('keys', () => {
  test('ask for bytes, with ?? for any', () => {
    const payload = Uint8Array.of(0, 0xff, 0x41, 0xc3, 0x28);
    const texts = ['hex:ff41', 'hex:ff61', 'HEX:41??28'];
    expect(texts.map((text) => found(text, payload))).toEqual([true, false, true]);
  });

  test('ask for direction and kind, of which one is enough', () => {
    expect(passes('dir:sent', { kind: 'sent' })).toBe(true);
    expect(passes('dir:sent,received', { kind: 'received' })).toBe(true);
    expect(passes('dir:event', { kind: 'received' })).toBe(false);
    expect(passes('kind:data', { kind: 'received' })).toBe(true);
    expect(passes('kind:half-closed,closed', { kind: 'closed' })).toBe(true);
    expect(passes('is:failed', { kind: 'failed' })).toBe(true);
    expect(passes('is:event', { kind: 'opened' })).toBe(true);
  });

  test('compare numbers', () => {
    for (const [text, isThere] of [
      ['conn:7', true],
      ['conn:8', false],
      ['conn:5..9', true],
      ['conn:>7', false],
      ['conn>=7', true],
      ['conn:<8', true],
      ['conn<=6', false],
      ['conn:1,7', true],
    ] as const)
      expect(passes(text, { connection: 7 })).toBe(isThere);
    expect(passes('conn:7', { connection: null })).toBe(false);
  });

  test('compare sizes in their units, of what was sent or received alone', () => {
    expect(passes('size:3', { bytes: 'abc' })).toBe(true);
    expect(passes('size:>1k', { bytes: 'x'.repeat(1024) })).toBe(false);
    expect(passes('size:1k..2KiB', { bytes: 'x'.repeat(1024) })).toBe(true);
    expect(passes('size:>1.5k', { bytes: 'x'.repeat(1537) })).toBe(true);
    expect(passes('size:0', { bytes: '' })).toBe(true);
    expect(passes('size:0', { sentence: 'opened' })).toBe(false);
    expect(placed('size:big')).toEqual(['filter-not-a-size', 5, 8]);
    expect(placed('size:>1..2')).toEqual(['filter-not-a-size', 6, 10]);
  });

  test('ask for a number at any byte, by its width, sign and order', () => {
    const bytes = Uint8Array.of(0xff, 0x2a, 0xe8, 0x03, 0x00, 0x80);
    expect(found('number:u16le:1000', bytes)).toBe(true);
    expect(found('number:u16be:1000', bytes)).toBe(false);
    expect(found('number:u16le:990..1010', bytes)).toBe(true);
    expect(found('number:U8:43,u8:42', bytes)).toBe(true);
    expect(found('number:i8<-100', bytes)).toBe(true);
    expect(found('number:i8:-1', bytes)).toBe(true);
    expect(found('number:i16le:-32768', bytes)).toBe(true);
    expect(found('number:u32be>4280000000', bytes)).toBe(true);
    expect(found('number:i32le>=0', 'abc')).toBe(false);
    expect(passes('-number:u8:1', { bytes })).toBe(true);
    expect(passes('number:u8>=0', { sentence: 'opened' })).toBe(false);
  });

  test('ask for numbers of up to eight bytes, in hex, and with a point as a program would have sent it', () => {
    const bytes = (write: (view: DataView) => void, length = 11): Uint8Array => {
      const all = new Uint8Array(length);
      write(new DataView(all.buffer));
      return all;
    };
    const word = bytes((view) => view.setUint16(3, 1050, true));
    expect(found('number:u16le:0x41a', word)).toBe(true);
    expect(found('number:u24le:1050', word)).toBe(true);
    expect(found('number:u24be:1050', word)).toBe(false);
    expect(found('number:u64le:1050', word)).toBe(true);
    expect(found('number:u24be>=0x010203', Uint8Array.of(1, 2, 3))).toBe(true);
    expect(found('number:u24be>0x010203', Uint8Array.of(1, 2, 3))).toBe(false);
    expect(
      found(
        'number:i64be:-5..-5',
        bytes((view) => view.setBigInt64(3, -5n)),
      ),
    ).toBe(true);
    const most = 2n ** 64n - 1n;
    const long = bytes((view) => view.setBigUint64(0, most - 1n, true), 8);
    expect(found(`number:u64le:${most}`, long)).toBe(false);
    expect(found(`number:u64le:${most - 1n}`, long)).toBe(true);
    expect(
      found(
        'number:f32be:20.1',
        bytes((view) => view.setFloat32(5, 20.1)),
      ),
    ).toBe(true);
    expect(
      found(
        'number:f32le:20..20.5',
        bytes((view) => view.setFloat32(5, 20.5, true)),
      ),
    ).toBe(true);
    expect(
      found(
        'number:f64le:-1.5e-3',
        bytes((view) => view.setFloat64(3, -0.0015, true)),
      ),
    ).toBe(true);
    expect(
      found(
        'number:f64be:20.1',
        bytes((view) => view.setFloat32(3, 20.1)),
      ),
    ).toBe(false);
  });

  test('ask for what a decoder says: in its summary, in any value, or in a field', () => {
    const bytes = Uint8Array.of(0, 7, 0, 0, 0, 6, 3, 3, 0, 16, 0, 2);
    const modbus = (text: string): Verdict => passes(text, { bytes, as: 'modbus-tcp' });
    expect(modbus('decoded:"READ holding"')).toBe(true);
    expect(modbus('decoded:/@16 ×\\d/')).toBe(true);
    expect(modbus('decoded:write')).toBe(false);
    for (const [text, isThere] of [
      ['unit=3', true],
      ['MBAP.unit=3', true],
      ['pdu.unit=3', false],
      ['unit=30', false],
      ['unit=1..5', true],
      ['quantity>2', false],
      ['quantity>=2', true],
      ['quantity<=1', false],
      ['pdu~holding', true],
      ['"pdu=read holding registers request"', true],
    ] as const)
      expect([text, modbus(`decoded:${text}`)]).toEqual([text, isThere]);
    expect(modbus('-decoded:unit=4')).toBe(true);
    const json = { bytes: '{"user": {"name": "Anna", "tags": []}, "n": null}', as: 'json' } as const;
    expect(passes('decoded:user.name=anna', json)).toBe(true);
    expect(passes('decoded:anna', json)).toBe(true);
    expect(passes('decoded:name=ann', json)).toBe(false);
    expect(found('decoded:anna', '{"name": "Anna"}')).toBe(false);
    expect(problem('decoded:unit>few').code).toBe('filter-not-a-number');
    expect(problem('decoded:/(/').code).toBe('filter-expression');
    expect(problem('decoded>5').code).toBe('filter-no-comparison');
  });

  test('say what is wrong with a number that is asked for', () => {
    expect(problem('number:1000')).toMatchObject({ code: 'filter-choice', start: 7, end: 11 });
    expect(problem('number:u16:1')).toMatchObject({ code: 'filter-choice' });
    expect(placed('number:u16le:x')).toEqual(['filter-not-that-number', 7, 14]);
    expect(placed('number:u16le>1..2')).toEqual(['filter-not-that-number', 7, 17]);
    for (const wanted of ['u8:256', 'u8:-1', 'i8:128', 'u64be:18446744073709551616', 'f32le:.', 'u16le:1.5'])
      expect([wanted, problem(`number:${wanted}`).code]).toEqual([wanted, 'filter-not-that-number']);
    expect(placed('number:u16le')).toEqual(['filter-not-that-number', 7, 12]);
    expect(problem('number>5')).toMatchObject({ code: 'filter-no-comparison' });
  });

  test('tell times by the clock of this machine, of one day or of any', () => {
    const time = new Date(2026, 10, 30, 14, 2, 5, 250).getTime();
    for (const [text, wanted] of [
      ['14:02', true],
      ['14:02:05', true],
      ['14:02:05.2', true],
      ['14:02:05.251', false],
      ['14:02:06', false],
      ['2026-11-30', true],
      ['2026-11-30T14:02', true],
      ['2026-11-30_14:03', false],
      ['2026-11-29..2026-11-30', true],
      ['13:00..14:01', false],
      ['13:00..14:02', true],
      ['23:00..14:02', true],
      ['23:00..01:00', false],
      ['14:01,14:02', true],
    ] as const)
      expect([text, passes(`time:${text}`, { time })]).toEqual([text, wanted]);
    expect(passes('time:>14:01', { time })).toBe(true);
    expect(passes('time:>14:02', { time })).toBe(false);
    expect(passes('time:>=14:02', { time })).toBe(true);
    expect(passes('time:<14:02', { time })).toBe(false);
    expect(passes('time:<=14:02', { time })).toBe(true);
    expect(passes('time:<2026-12-01', { time, sentence: 'opened' })).toBe(true);
    for (const text of ['25:00', '14:60', 'noon', '2026-13-01', '2026-02-30', '14:00..2026-11-30', '', '..'])
      expect(problem(`time:"${text}"`).code).toBe('filter-not-a-time');
  });

  test('tell the pause before a record', () => {
    const looks = { time: 1000.6, previous: 1000.5 };
    expect(passes('delta:0.1', looks)).toBe(true);
    expect(passes('delta:100us', looks)).toBe(true);
    expect(passes('delta:<1ms', looks)).toBe(true);
    expect(passes('delta:>1s', { time: 3000, previous: 1000 })).toBe(true);
    expect(passes('delta:1s..3s', { time: 3000, previous: 1000 })).toBe(true);
    expect(passes('delta:>=0', { time: 3000 })).toBe(false);
    expect(placed('delta:>soon')).toEqual(['filter-not-a-duration', 7, 11]);
  });

  test('tell failures by their words', () => {
    const sentence = 'The peer reset the connection (ECONNRESET)';
    expect(passes('error:econnreset', { kind: 'failed', sentence })).toBe(true);
    expect(passes('error:refused', { kind: 'failed', sentence })).toBe(false);
    expect(passes('error:reset', { kind: 'closed', sentence })).toBe(false);
  });

  test('ask for the other end', () => {
    const peer = '192.168.1.20:502';
    expect(passes('peer:192.168', { peer })).toBe(true);
    expect(passes('peer:192.168.1.20:502', { peer })).toBe(true);
    expect(passes('-peer:192.168.1.21', { peer })).toBe(true);
    expect(passes('port:502', { peer })).toBe(true);
    expect(passes('port:>1023', { peer })).toBe(false);
    expect(passes('peer:192', { peer: null })).toBe(false);
    expect(passes('peer:PLC', { peer, name: 'plc-7' })).toBe(true);
    expect(passes('peer:hmi,/^plc-\\d$/', { peer, name: 'plc-7' })).toBe(true);
    expect(passes('-peer:plc', { peer, name: 'hmi' })).toBe(true);
    expect(passes('port:7', { peer, name: 'x:7' })).toBe(false);
    expect(passes('port:80', { peer: '[fe80::1%eth0]:80' })).toBe(true);
    expect(passes('port:80', { peer: '/tmp/a:80' })).toBe(false);
  });

  test('that are told by the index alone say so', () => {
    expect(reading('').reads).toBe('nothing');
    expect(reading('dir:sent -conn:3 (is:failed OR kind:opened)').reads).toBe('index');
    expect(reading('dir:sent OR x').reads).toBe('content');
  });

  test('may be busy for ages with expressions alone', () => {
    expect(['a -hex:00', 'a OR /b/', '-(x peer:/1/)'].map((text) => reading(text).isCostly)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('cost no reading where the index can tell', () => {
    const { test: matches } = reading('x dir:sent');
    const unread = { ...subject({}), somePiece: () => expect.fail('It was read.') };
    expect(matches(unread)).toBe(false);
  });
});

describe('what a person said of a record', () => {
  const said = { bookmarked: false, note: 'Peer was slow', tags: ['Late', 'retry'] };
  const passing = (text: string, annotation: Looks['annotation'] = said): Verdict =>
    passes(text, { annotation });

  test('is found by whole tags and by parts of the note, in any case', () => {
    for (const text of ['tag:late', 'tag:x,RETRY', 'note:slow', 'note:"was SLOW"', 'note:/slow$/', '-tag:x'])
      expect([text, passing(text)]).toEqual([text, true]);
    for (const text of ['tag:lat', 'tag:x', 'note:late', 'note:/^slow/', '-note:peer'])
      expect([text, passing(text)]).toEqual([text, false]);
    expect(passing('tag:late', null)).toBe(false);
    expect(passing('note:/^/', { ...said, note: '' })).toBe(false);
    expect(placed('tag:/a/')).toEqual(['filter-no-expression', 4, 7]);
    expect(problem('note>a').code).toBe('filter-no-comparison');
  });

  test('marks a record, be it a bookmark, a note or a tag', () => {
    const nothing = { bookmarked: false, note: '', tags: [] };
    for (const one of [{ bookmarked: true }, { note: 'x' }, { tags: ['x'] }])
      expect(passing('is:marked', { ...nothing, ...one })).toBe(true);
    expect(passing('is:marked', nothing)).toBe(false);
    expect(passing('NOT is:marked', null)).toBe(true);
  });

  test('is asked for by its own keys alone', () => {
    for (const text of ['tag:a', 'x OR note:a', '-is:MARKED', '(is:failed,marked dir:sent)'])
      expect([text, reading(text).asksAnnotation]).toEqual([text, true]);
    for (const text of ['', 'x', 'is:failed', 'tag'])
      expect([text, reading(text).asksAnnotation]).toEqual([text, false]);
    expect(reading('tag:a is:marked').reads).toBe('index');
    expect(reading('note:/a/')).toMatchObject({ reads: 'content', isCostly: true });
  });
});

test('numbers are asked of a message by itself, too, as rules and sequences do', () => {
  const read = readMessageFilter('number:u16be>=1000 -ping');
  const bytes = Uint8Array.of(0x10, 0x03, 0xe8);
  expect(read.ok && read.filter.test(subject({ bytes }))).toBe(true);
  expect(readMessageFilter('number:u16:1')).toMatchObject({ ok: false, problem: { code: 'filter-choice' } });
});

describe('hex', () => {
  test('is written as in a message, also with blanks, quotes, full-width signs and wildcards', () => {
    const payload = Uint8Array.of(1, 0x0d, 0x0a, 2, 3);
    for (const text of [
      'hex:0d0a',
      'hex:0d 0a',
      'hex: 0d 0a',
      'hex:"0d 0a"',
      'hex:0x0d',
      'hex：0d　0a',
      'hex:0d ?? 02',
      'hex:ff,0a',
    ])
      expect([text, found(text, payload)]).toEqual([text, true]);
    expect(found('hex:0d 0b', payload)).toBe(false);
    expect(found('hex:0d 0a AND 02', payload)).toBe(false);
  });

  test('is refused at its place', () => {
    expect(placed('hex:')).toEqual(['filter-value-missing', 4, 4]);
    expect(placed('hex:zz')).toEqual(['hex-not-hex', 4, 6]);
    expect(placed('hex:123')).toEqual(['hex-odd-digits', 4, 7]);
    expect(placed('hex:/0d/')).toEqual(['filter-no-expression', 4, 8]);
  });
});

describe('AND, OR, NOT and brackets', () => {
  test.each([
    ['a b', 'ab', true],
    ['a AND b', 'a', false],
    ['a OR b', 'b', true],
    ['a OR b c', 'b', false],
    ['(a OR b) c', 'bc', true],
    ['-a', 'b', true],
    ['NOT a', 'a', false],
    ['-(a OR b)', 'c', true],
    ['NOT -a', 'a', true],
    ['or and not', 'or and not', true],
    ['a -b', 'ab', false],
    ['a - b', 'a - b', true],
  ])('%s of %s', (text, bytes, isThere) => {
    expect(found(text, bytes)).toBe(isThere);
  });

  test.each([
    ['(a', 'filter-group-open', 0, 1],
    ['a)', 'filter-group-stray', 1, 2],
    ['a OR', 'filter-term-missing', 4, 4],
    ['OR a', 'filter-term-missing', 0, 0],
    ['()', 'filter-term-missing', 1, 1],
    ['"a', 'filter-quote-open', 0, 2],
    ['peer:', 'filter-value-missing', 5, 5],
    ['conn:x', 'filter-not-a-number', 5, 6],
    ['dir:>sent', 'filter-no-comparison', 5, 9],
    [`${'('.repeat(60)}a`, 'filter-group-deep', 50, 51],
    ['a '.repeat(101), 'filter-too-long', 200, 202],
  ] as const)('%s is refused: %s', (text, code, start, end) => {
    expect(placed(text)).toEqual([code, start, end]);
  });

  test('a key that is not there is never a word: the nearest is named', () => {
    expect(problem('a pear:1')).toMatchObject({
      code: 'filter-unknown-key',
      start: 2,
      end: 6,
      choices: ['peer'],
    });
    expect(problem('http://x').choices).toContain('peer');
    expect(problem('dir:up').choices).toEqual(['sent', 'received', 'event', 'failure']);
    expect(problem('kind:constructor').code).toBe('filter-choice');
    expect(problem('constructor:x').code).toBe('filter-unknown-key');
    expect(found('"http://x"', 'GET http://x')).toBe(true);
  });

  test('no text takes long or breaks the reader', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '"',
      '\\',
      '/',
      ':',
      '-',
      ' ',
      'OR',
      'a',
      'hex:',
      '0d',
      '??',
      ',',
      '>',
      '..',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const read = readFilter(text);
        if (read.ok) return void read.filter.test(subject({ bytes: 'a' }));
        expect(read.problem.start).toBeLessThanOrEqual(read.problem.end);
        expect(read.problem.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 5000 },
    );
    for (const text of [
      '\\'.repeat(100_000),
      `"${'\\'.repeat(100_000)}`,
      '/'.repeat(100_000),
      `hex:${' 0d'.repeat(30_000)}`,
    ])
      readFilter(text);
  });
});

test('what is found is just what a plain search of the text finds', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', '温'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(word, word, (needle, text) => {
      expect(found(`"${needle}"`, text)).toBe(text.toLowerCase().includes(needle.toLowerCase()));
    }),
    { numRuns: 5000 },
  );
});

test('what has to be read first is waited for, in the order of what it costs', async () => {
  const later = (looks: Looks): FilterSubject => {
    const now = subject(looks);
    return { ...now, somePiece: async (matches) => now.somePiece(matches) };
  };
  for (const [text, isThere] of [
    ['a b', true],
    ['a -b', false],
    ['(a c) OR b', true],
    ['-(c OR d) b', true],
    ['NOT a', false],
    ['a dir:sent', false],
  ] as const)
    expect([text, await reading(text).test(later({ bytes: 'ab' }))]).toEqual([text, isThere]);
  expect(reading('a dir:sent').test(later({ bytes: 'a' }))).toBe(false);
});

test('an operator is one entry of the table', () => {
  const long: FilterOperator = {
    key: 'long',
    reads: 'content',
    read: ({ text }) =>
      Number(text) > 0
        ? (one) => isPayload(one.kind) && one.somePiece((bytes) => bytes.length > Number(text))
        : { code: 'filter-not-a-number' },
  };
  const read = readBy([...filterOperators, long], '-long:3 b');
  if (!read.ok) throw new Error(read.problem.code);
  expect(read.filter.test(subject({ bytes: 'abc' }))).toBe(true);
  expect(read.filter.test(subject({ bytes: 'abcd' }))).toBe(false);
});
