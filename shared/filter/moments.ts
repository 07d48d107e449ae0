/** Times and pauses as a filter has them. */

/** `from` up to, without, `to`: what is written without seconds is a minute long. */
export type Moment = { from: number; to: number; isOfDay: boolean };

const dayMs = 86_400_000;
const pattern =
  /^(?:(\d{4})-(\d\d)-(\d\d)(?:[T_](?=\d))?)?(?:(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,3}))?)?)?$/u;

/**
 * `14:02`, `14:02:05.250`, `2026-11-30`, `2026-11-30T14:02`, by the clock of this machine: in milliseconds since the epoch, or
 * since midnight where no day is told. Null for anything else, and for a day or time that there is not.
 */
export function parseMoment(text: string): Moment | null {
  const [whole, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = ''] =
    pattern.exec(text) ?? [];
  if (whole === undefined || whole === '') return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const ms = Number(fraction.padEnd(3, '0'));
  const ofClock = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + ms;
  const length = lengthOf(text, fraction);
  if (year === undefined) return { from: ofClock, to: ofClock + length, isOfDay: true };
  const date = new Date(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
    ms,
  );
  if (date.getMonth() !== Number(month) - 1) return null;
  if (text.includes(':')) return { from: date.getTime(), to: date.getTime() + length, isOfDay: false };
  // Not every day has 24 hours.
  const next = new Date(Number(year), Number(month) - 1, Number(day) + 1);
  return { from: date.getTime(), to: next.getTime(), isOfDay: false };
}

function lengthOf(text: string, fraction: string): number {
  if (fraction !== '') return 10 ** (3 - fraction.length);
  return text.split(':').length > 2 ? 1000 : 60_000;
}

/** Milliseconds since midnight, by the clock of this machine. `time`: since the epoch. */
export function ofDay(time: number): number {
  const date = new Date(time);
  const whole = ((date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()) * 1000;
  return Math.min(dayMs - 1, whole + (((time % 1000) + 1000) % 1000));
}

const spans = { us: 0.001, µs: 0.001, μs: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `250`, `250ms`, `1.5s`, `20us`: milliseconds; null for anything else. */
export function parseSpan(text: string): number | null {
  const [, number, unit = 'ms'] = /^(\d{1,12}(?:\.\d{1,6})?)(us|µs|μs|ms|s|m|h)?$/u.exec(text) ?? [];
  return number === undefined ? null : roundedSpan(Number(number) * spans[unit as keyof typeof spans]);
}

/** To the microsecond, as times of records are: their differences have rests. */
export const roundedSpan = (ms: number): number => Math.round(ms * 1000) / 1000;
