/** Durations as a person writes them: `250ms`, `1.5s`, `2m`, `1h`. */
const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Whole milliseconds; null for what is none, or has a fraction of one. */
export function parseDuration(text: string): number | null {
  const [, number, unit] = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*(ms|s|m|h)\s*$/.exec(text) ?? [];
  if (number === undefined) return null;
  const ms = Number(number) * units[unit as keyof typeof units];
  const whole = Math.round(ms);
  return Math.abs(ms - whole) < 1e-6 ? whole : null;
}

/** In the largest unit that needs no fraction. */
export function writeDuration(ms: number): string {
  const [name, size] = (Object.entries(units) as [string, number][]).findLast(
    ([, each]) => ms >= each && ms % each === 0,
  ) ?? ['ms', 1];
  return `${ms / size}${name}`;
}
