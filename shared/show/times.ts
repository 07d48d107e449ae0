/** Times (milliseconds since the epoch, microseconds in the fraction) and durations (milliseconds) for people. */
import { formatCount } from './sizes.ts';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Whole microseconds: a double near today's time steps by a quarter of one, and must not show `.999` for `1.000`. */
const microseconds = (time: number): number => Math.round(time * 1000);

/** `14:02:11.004` by the clock of this machine; with `micro`, `14:02:11.004120`. */
export function formatClock(time: number, micro = false): string {
  const total = microseconds(time);
  const date = new Date(Math.floor(total / 1000));
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
  return micro ? clock + pad(((total % 1000) + 1000) % 1000, 3) : clock;
}

/** `2026-11-20 14:02:11.004120` by the clock and calendar of this machine. */
export function formatDateTime(time: number): string {
  const date = new Date(Math.floor(microseconds(time) / 1000));
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatClock(time, true)}`;
}

/** `2026-11-20T14:02:11.004120Z` (RFC 3339, UTC). */
export function formatIso(time: number): string {
  const total = microseconds(time);
  return new Date(Math.floor(total / 1000))
    .toISOString()
    .replace('Z', `${pad(((total % 1000) + 1000) % 1000, 3)}Z`);
}

/** `85 µs`, `4.1 ms`, `302 ms`, `1.22 s`, `12.5 s`, then as `formatAge`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 0.0995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  return formatAge(Math.max(ms, 60_000));
}

/** `+4.1 ms`: time since the record before. */
export const formatDifference = (ms: number): string =>
  ms < 0 ? formatDuration(ms) : `+${formatDuration(ms)}`;

/** Whole seconds: `8 s`, `4m12s`, `1h03m`, `2d04h`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000 + 0.0005));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${pad(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h${pad(minutes % 60)}m` : `${Math.floor(hours / 24)}d${pad(hours % 24)}h`;
}

/** Time since a start, as a stopwatch shows it: `0.004`, `12.500`, `4:11.004`, `1:02:03.004`. */
export function formatElapsed(ms: number): string {
  const total = Math.round(Math.abs(ms));
  const sign = ms < 0 && total > 0 ? '-' : '';
  const fraction = `.${pad(total % 1000, 3)}`;
  const seconds = Math.floor(total / 1000);
  if (seconds < 60) return sign + seconds + fraction;
  const minutes = Math.floor(seconds / 60);
  const rest = pad(seconds % 60) + fraction;
  return minutes < 60
    ? `${sign}${minutes}:${rest}`
    : `${sign}${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${rest}`;
}

/** How often something happens: `10.0/s`, `1,234/s`, and `6.0/min`, `2.5/h` for what is slow. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 99.95) return `${formatCount(perSecond)}/s`;
  if (perSecond >= 0.995) return `${perSecond.toFixed(1)}/s`;
  const perMinute = perSecond * 60;
  return perMinute >= 0.995 ? `${perMinute.toFixed(1)}/min` : `${(perMinute * 60).toFixed(1)}/h`;
}
