import { expect, test } from 'vitest';
import { hexOf } from '../testing/bytes.ts';
import { readForeign, type ForeignNotation } from './foreign.ts';

const hex = (notation: ForeignNotation, text: string): string => {
  const read = readForeign(notation, text);
  return read.ok ? hexOf(read.bytes) : `${read.problem.code} ${read.problem.start}`;
};

test.each([
  ['packetsender', 'a\\r\\n\\t\\\\', '610d0a095c'],
  ['packetsender', '\\41\\42', '4142'],
  ['packetsender', '\\4z', '047a'],
  ['packetsender', '\\x41', '783431'],
  ['packetsender', 'é\\q\\', 'c3a971'],
  ['sokit', 'hello[0D 0A]', '68656c6c6f0d0a'],
  ['sokit', '[[x] [410a]', '5b785d20410a'],
  ['sokit', 'a[0D', 'foreign-bracket-open 1'],
  ['sokit', 'a[0D0]', 'value-not-hex 1'],
  ['hercules', 'AT$0D$0a', '41540d0a'],
  ['hercules', '$5 and $GG 温', '243520616e642024474720e6b8a9'],
] as const)('%s reads %s', (notation, text, bytes) => expect(hex(notation, text)).toBe(bytes));
