/** When a message is made. */
import type { FillContext } from '../context.ts';
import type { Functions, Parameter } from './function.ts';
import { formatDate } from './date-format.ts';
import { integerOf, ofNumber, ofText, textOf, ValueError } from './value.ts';

const nanosecondsPer = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n } as const;
type Unit = keyof typeof nanosecondsPer;
const zone: Parameter = { name: 'zone', kind: 'choice', choices: ['local', 'utc'], initial: 'local' };
const offset: Parameter = { name: 'plus', kind: 'integer', initial: '0' };

const formatted = (format: string, example: string): Functions[string] => ({
  family: 'time',
  parameters: [{ name: 'format', kind: 'text', initial: `"${format}"` }, zone, offset],
  isVolatile: true,
  example,
  make: ([pattern, where, seconds], context) => {
    const now = context.now() + integerOf(seconds!) * nanosecondsPer.s;
    const text = formatDate(now, textOf(pattern!), textOf(where!) === 'utc');
    if (text === null) throw new ValueError('value-bad-format');
    return ofText(text);
  },
});

const unixTime = (context: FillContext, unit: Unit) => ofNumber(context.now() / nanosecondsPer[unit]);
/** Packet Sender's: one value in a message. */
const shared = { isVolatile: true, isShared: true, parameters: [], family: 'time' } as const;

export const times: Functions = {
  date: formatted('yyyy-MM-dd', "{{date 'dd.MM.yyyy HH:mm:ss.SSS'}}"),
  time: formatted('HH:mm:ss', '{{time}}'),
  isoTimestamp: formatted("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '{{isoTimestamp}}'),
  timestamp: {
    family: 'time',
    parameters: [
      { name: 'unit', kind: 'choice', choices: Object.keys(nanosecondsPer), initial: 's' },
      { name: 'plus', kind: 'integer', initial: '0' },
    ],
    isVolatile: true,
    example: '{{timestamp ms}}',
    make: ([unit, plus], context) => {
      const per = nanosecondsPer[textOf(unit!) as Unit];
      return ofNumber(context.now() / per + integerOf(plus!));
    },
  },
  DATE: { ...shared, example: '{{DATE}}', make: (_, c) => ofText(formatDate(c.now(), 'yyyy-MM-dd', false)!) },
  TIME: { ...shared, example: '{{TIME}}', make: (_, c) => ofText(formatDate(c.now(), 'hh:mm:ss a', false)!) },
  UNIXTIME: { ...shared, example: '{{UNIXTIME}}', make: (_, context) => unixTime(context, 's') },
};
