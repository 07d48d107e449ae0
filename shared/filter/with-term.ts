/** Narrows a filter by one more term. */
import { parseFilter } from './language.ts';
import { filterOperators } from './operators.ts';

const continuations = (key: string): RegExp | null =>
  filterOperators.find((operator) => operator.key === key)?.continues ?? null;

/** `filter`, which can be read, and `term` too: words joined by OR stay together. What is there already is not said twice. */
export function withTerm(filter: string, term: string): string {
  const before = filter.trim();
  if (before === '') return term;
  if (before === term || before.endsWith(` ${term}`)) return before;
  const parsed = parseFilter(before, continuations);
  const isSplit = parsed.ok && parsed.tree?.type === 'or';
  return `${isSplit ? `(${before})` : before} ${term}`;
}

/** A value as it is written behind a key: quoted where the language would read something else. */
export const filterValue = (value: string): string =>
  /^[^\s"(),/<>][^\s"(),/]*$/u.test(value) ? value : `"${value.replace(/["\\]/gu, '\\$&')}"`;
