import type { Comparison } from './language.ts';

/** Whether what is found is wanted: `:` has both bounds, the rest compares with the first. */
export function isIn<T extends number | bigint>(
  comparison: Comparison,
  first: T,
  last: T,
): (found: T) => boolean {
  switch (comparison) {
    case ':':
      return (found) => found >= first && found <= last;
    case '>':
      return (found) => found > first;
    case '>=':
      return (found) => found >= first;
    case '<':
      return (found) => found < first;
    case '<=':
      return (found) => found <= first;
  }
}
