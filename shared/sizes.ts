/** Sizes and counts for people: decimal units (1 KB = 1000 bytes), English digits. */

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

/** `43 bytes`, `1 byte`, `3,412,003 bytes` */
export const formatExactBytes = (bytes: number): string =>
  `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;

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
