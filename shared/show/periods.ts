/** Times between two things as they are typed: `100`, `2.5 ms`, `1 s`, `5 min`, `1 h`. */
import { asTyped } from '../typed.ts';

const units = { ms: 1, s: 1000, min: 60_000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds, or null. A number without a unit is of the unit `bare`. */
export function parsePeriod(text: string, bare: 'ms' | 's' = 'ms'): number | null {
  const match = /^(\d*\.?\d+) ?(ms|s|min|m|h|)$/.exec(asTyped(text).trim().toLowerCase());
  if (match === null) return null;
  const unit = (match[2] || bare) as keyof typeof units;
  // Without the dust of a product: 0.1 s is 100 ms.
  return Number((Number(match[1]) * units[unit]).toPrecision(12));
}

/** In the largest unit of which it is a whole number, or has one digit behind the point. */
export function formatPeriod(ms: number): string {
  const fitting = (['h', 'min', 's'] as const).find((unit) => {
    const tenths = (ms * 10) / units[unit];
    return tenths >= 10 && Number.isInteger(tenths);
  });
  return ms === 0 ? '0' : `${ms / units[fitting ?? 'ms']} ${fitting ?? 'ms'}`;
}
