/** Places of a log as a person writes them. */
import { parseMoment, parseSpan } from './filter/moments.ts';
import { asTyped } from './typed.ts';

/** `clock`: milliseconds since midnight, of no day. `time`: since the epoch. `after`: the first shown row. */
export type WrittenPlace =
  | { kind: 'record'; sequence: number }
  | { kind: 'clock' | 'time' | 'after'; ms: number }
  | { kind: 'byte'; at: number };

/** `#12`, `14:03:02.5`, `2026-11-30T14:03`, `+1.5s`, `@4096`, `@0x1000`; null for anything else. */
export function readPlace(written: string): WrittenPlace | null {
  const text = asTyped(written).trim();
  const rest = text.slice(1).trim();
  if (text.startsWith('#'))
    return /^\d{1,15}$/u.test(rest) ? { kind: 'record', sequence: Number(rest) } : null;
  if (text.startsWith('@'))
    return /^(?:\d{1,15}|0x[\da-f]{1,12})$/iu.test(rest) ? { kind: 'byte', at: Number(rest) } : null;
  if (text.startsWith('+')) {
    const ms = parseSpan(rest);
    return ms === null ? null : { kind: 'after', ms };
  }
  const moment = parseMoment(text);
  return moment && { kind: moment.isOfDay ? 'clock' : 'time', ms: moment.from };
}

/**
 * When the clock of this machine showed that in a log from `first` to `last`, milliseconds since the epoch: on its first
 * day, or on the next one where it began later and goes on until then.
 */
export function timeOfClock(ms: number, first: number, last: number): number {
  const start = new Date(first);
  const onDay = (days: number): number =>
    new Date(start.getFullYear(), start.getMonth(), start.getDate() + days).getTime() + ms;
  return onDay(0) < first && onDay(1) <= last ? onDay(1) : onDay(0);
}
