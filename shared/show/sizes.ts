/** Sizes and counts for people: decimal units (1 KB = 1000 bytes), English digits. */
import { asTyped } from '../typed.ts';

const units = ['KB', 'MB', 'GB', 'TB', 'PB'];
const suffixes = ['k', 'M', 'G', 'T', 'P'];

/** `12,431` */
export const formatCount = (count: number): string =>
  Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

/** `999`, `12.4k`, `1.02M`: three digits that count. */
export function formatShortCount(count: number): string {
  const scaled = scale(count);
  return scaled ? scaled.digits + suffixes[scaled.step]! : formatCount(count);
}

/** `43 B`, `3.41 MB`: exact under 1000 bytes, else three digits that count. */
export function formatBytes(bytes: number): string {
  const scaled = scale(bytes);
  return scaled ? `${scaled.digits} ${units[scaled.step]!}` : `${formatCount(bytes)} B`;
}

/** As `formatBytes` for a column that is all sizes: `43` without its unit under 1000 bytes. */
export const formatSize = (bytes: number): string =>
  bytes < 999.5 ? formatCount(bytes) : formatBytes(bytes);

const binaryUnits = ['', 'K', 'M', 'G', 'T'];

/**
 * Bytes of a size as it is typed: `0`, `500M`, `1.5 GiB`; units are of 1024, as df(1) and ls(1) show them. Null for
 * anything else, and for more than numbers hold exactly.
 */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,16}(?:\.\d+)?) ?([KMGT]?)(?:I?B)?$/.exec(asTyped(text).trim().toUpperCase());
  if (match === null) return null;
  const bytes = Math.floor(Number(match[1]) * 1024 ** binaryUnits.indexOf(match[2]!));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** As `parseSize` reads it, in the largest unit that tells it exactly: `256 MiB`, `1536 MiB`, `1000 B`. */
export function formatTypedSize(bytes: number): string {
  let step = 0;
  let rest = bytes;
  for (; rest >= 1024 && rest % 1024 === 0 && step < binaryUnits.length - 1; step++) rest /= 1024;
  return `${rest} ${step === 0 ? '' : `${binaryUnits[step]!}i`}B`;
}

/** Null under 1000, where the number speaks for itself. */
function scale(value: number): { digits: string; step: number } | null {
  if (value < 999.5) return null;
  let step = -1;
  let rest = value;
  // 999,500 rounds to 1000 with three digits: it belongs to the next unit.
  while (rest >= 999.5 && step < units.length - 1) {
    rest /= 1000;
    step++;
  }
  return { digits: rest >= 99.95 ? String(Math.round(rest)) : rest.toPrecision(3), step };
}
