import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notations } from '../payload/payload.ts';
import { parseDuration, writeDuration } from './duration.ts';
import { peerEnds, problemsOf, usualOnFailure, usualWithinMs, type Sequence, type Step } from './sequence.ts';
import { mostYaml, readSequence, writeSequence } from './yaml.ts';

const login = `version: 1
name: Log in
values:
  user: 'ada'
steps:
  - name: Greeting
    expect: 'text:"220 "'
    within: 2s
  - send: 'USER {{value user}}\\r\\n'
    expect: '/^331/'
    set:
      token: 'id=(\\w+)'
    on-failure: 2 again, then go on
  - wait: 250ms
  - loop: 3
    steps:
      - send: '00 ff'
        as: hex
      - send: |
          two
          lines
        line-end: crlf
  - end: finish
  - peer-ends: any
    within: 1m
  - stop: here
`;

const sequenceIn = (text: string): Sequence => {
  const read = readSequence(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.sequence;
};
const problemsIn = (text: string) => {
  const read = readSequence(text);
  return read.ok
    ? []
    : read.problems.map(({ line, column, code, found }) => `${line}:${column} ${code} ${found}`.trim());
};

describe('a sequence as YAML', () => {
  test('has its steps in their order, texts as they are written', () => {
    const talk = { kind: 'talk', expect: '', withinMs: usualWithinMs, set: [] };
    const usual = { name: '', onFailure: usualOnFailure };
    expect(sequenceIn(login)).toEqual({
      name: 'Log in',
      values: [{ name: 'user', text: 'ada' }],
      steps: [
        { ...talk, ...usual, name: 'Greeting', send: null, expect: 'text:"220 "', withinMs: 2000 },
        {
          ...talk,
          name: '',
          onFailure: { then: 'go-on', again: 2 },
          send: { mode: 'text', text: 'USER {{value user}}\\r\\n', lineEnd: 'none' },
          expect: '/^331/',
          set: [{ name: 'token', pattern: 'id=(\\w+)' }],
        },
        { ...usual, kind: 'wait', ms: 250 },
        {
          ...usual,
          kind: 'loop',
          times: 3,
          steps: [
            { ...talk, ...usual, send: { mode: 'hex', text: '00 ff', lineEnd: 'none' } },
            { ...talk, ...usual, send: { mode: 'text', text: 'two\nlines\n', lineEnd: 'crlf' } },
          ],
        },
        { ...usual, kind: 'end', how: 'finish' },
        { ...usual, kind: 'peer-ends', how: 'any', withinMs: 60_000 },
        { ...usual, kind: 'stop' },
      ],
    });
  });

  test('names a saved message, which is looked up when it is run', () => {
    const text = "version: 1\nsteps:\n  - message: 'Log in'\n    expect: 'ok'\n    within: 1s\n";
    const sequence = sequenceIn(text);
    expect(sequence.steps).toMatchObject([{ kind: 'talk', send: { message: null, name: 'Log in' } }]);
    expect(sequenceIn(writeSequence(sequence))).toEqual(sequence);
    const head = 'version: 1\nsteps:\n';
    expect(problemsIn(`${head}  - message: a\n    as: hex`)).toEqual(['4:5 unknown-key as']);
    expect(problemsIn(`${head}  - message: a\n    send: b`)).toEqual(['3:5 two-actions']);
  });

  test('is written without double quotes, and a backslash in them is warned of', () => {
    expect(writeSequence(sequenceIn(login))).not.toContain('send: "');
    const read = readSequence('version: 1\nsteps:\n  - send: "a\\xff"\n');
    expect(read.ok && read.warnings).toMatchObject([
      { line: 3, column: 11, code: 'escape-in-double-quotes' },
    ]);
  });

  test('names each mistake at its place', () => {
    const head = 'version: 1\nsteps:\n';
    expect(problemsIn('steps: []')).toEqual(['1:1 version']);
    expect(problemsIn('version: 2\nsteps: []')).toEqual(['1:10 version 2']);
    expect(problemsIn('version: 1')).toEqual(['1:1 no-steps']);
    expect(problemsIn('hello')).toEqual(['1:1 not-a-map']);
    expect(problemsIn(`${head}  - sned: x`)).toEqual(['3:5 unknown-key sned']);
    expect(problemsIn(`${head}  - wait: 5`)).toEqual(['3:11 duration 5']);
    expect(problemsIn(`${head}  - wait: 1s\n    end: close`)).toEqual(['3:5 two-actions']);
    expect(problemsIn(`${head}  - wait: 1s\n    within: 1s`)).toEqual(['4:5 unknown-key within']);
    expect(problemsIn(`${head}  - send: 'a\\q'`)).toEqual(['3:13 bad-message']);
    expect(problemsIn(`${head}  - expect: 'nokey:x'`)).toEqual(['3:14 bad-filter']);
    expect(problemsIn(`${head}  - expect: a\n    set: {x: '('}`)).toEqual(['4:10 bad-expression']);
    expect(problemsIn(`${head}  - send: a\n    send: b`)).toEqual(['4:5 key-twice send']);
    expect(problemsIn(`${head}  - loop: 2`)).toEqual(['3:5 no-steps']);
    expect(problemsIn(`${head}  - stop: here\n    on-failure: maybe`)).toEqual(['4:17 on-failure maybe']);
    expect(problemsIn(`${head}  - send: &a x\n  - send: *a`)).toEqual(['3:14 alias', '4:11 alias']);
    expect(problemsIn(`${head}  - send: [`)[0]).toMatch(/^3:\d+ not-yaml/);
  });

  test('that is hostile is refused in useful time', () => {
    expect(problemsIn('['.repeat(200_000))).not.toEqual([]);
    expect(problemsIn('- '.repeat(200_000))).not.toEqual([]);
    expect(problemsIn('x'.repeat(mostYaml + 1))).toEqual(['1:1 file-too-long']);
    expect(problemsIn(Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join('\n'))).not.toEqual([]);
    expect(problemsIn(`version: 1\nsteps:\n${'  - stop: here\n'.repeat(2000)}`)).toEqual([
      '2:1 too-many-steps',
    ]);
    let loops = 'version: 1\nsteps:\n';
    for (let depth = 0; depth < 12; depth++)
      loops += `${'    '.repeat(depth)}  - loop: 1\n${'    '.repeat(depth)}    steps:\n`;
    expect(problemsIn(loops).join()).toContain('too-deep');
  });

  test('of any sequence that can be run is read as the same', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 20 });
    const text = fc
      .oneof(name, fc.stringMatching(/^[\x20-\x7e\n\t]{0,40}$/))
      .map((some) => some.replaceAll('\\', '/').replaceAll('{{', '{ '));
    const onFailure = fc.record({
      then: fc.constantFrom('stop', 'go-on'),
      again: fc.nat(99),
    }) as fc.Arbitrary<Step['onFailure']>;
    const named = { name, onFailure };
    const ms = fc.nat(1_000_000);
    const lineEnd = fc.constantFrom('none', 'lf', 'cr', 'crlf');
    const send = fc.option(
      fc.record({
        mode: fc.constantFrom(...notations.filter((mode) => mode === 'text' || mode === 'as-is')),
        text,
        lineEnd,
      }),
    );
    const expected = fc.stringMatching(/^[a-z]{0,8}$/);
    const { step } = fc.letrec<{ step: Step }>((tie) => ({
      step: fc.oneof(
        { maxDepth: 3 },
        fc.record({ ...named, kind: fc.constant('wait'), ms }),
        fc.record({
          ...named,
          kind: fc.constant('talk'),
          send,
          expect: expected,
          withinMs: ms,
          set: fc.constant([]),
        }),
        fc.record({ ...named, kind: fc.constant('end'), how: fc.constantFrom('finish', 'close', 'reset') }),
        fc.record({
          ...named,
          kind: fc.constant('peer-ends'),
          how: fc.constantFrom(...peerEnds),
          withinMs: ms,
        }),
        fc.record({ ...named, kind: fc.constant('stop') }),
        fc.record({
          ...named,
          kind: fc.constant('loop'),
          times: fc.option(fc.nat(1000)),
          steps: fc.array(tie('step'), { maxLength: 3 }),
        }),
      ) as fc.Arbitrary<Step>,
    }));
    const values = fc
      .dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), text)
      .map((all) => Object.entries(all).map(([key, own]) => ({ name: key, text: own })));
    fc.assert(
      fc.property(fc.record({ name, values, steps: fc.array(step, { maxLength: 6 }) }), (sequence) => {
        fc.pre(problemsOf(sequence).length === 0);
        expect(sequenceIn(writeSequence(sequence))).toEqual(sequence);
      }),
      { numRuns: 500 },
    );
  });

  test('that was changed anywhere is a sequence or has its mistakes, and never fails', () => {
    fc.assert(
      fc.property(
        fc.nat(login.length),
        fc.nat(8),
        fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom("'", '"', '- ', ': ', '\n', '{', '[', '&a ', '*a', '!!x ', '|', '\t', '{{'),
        ),
        (at, cut, put) => {
          const read = readSequence(login.slice(0, at) + put + login.slice(at + cut));
          if (!read.ok) expect(read.problems.every(({ line, column }) => line > 0 && column > 0)).toBe(true);
          else expect(sequenceIn(writeSequence(read.sequence))).toEqual(read.sequence);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

test('durations are whole milliseconds, in the largest unit that needs no fraction', () => {
  for (const [text, ms] of [
    ['250ms', 250],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0ms', 0],
  ] as const)
    expect(parseDuration(text)).toBe(ms);
  for (const text of ['5', '', '-1s', '0.5ms', '1 d', '1e3ms']) expect(parseDuration(text)).toBeNull();
  fc.assert(fc.property(fc.nat(1e8), (ms) => parseDuration(writeDuration(ms)) === ms));
});
