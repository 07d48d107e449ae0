/** The parts of a draft that look different in the editor. */
import type { Token } from '../../shared/payload/parts.ts';
import type { Problem } from '../../shared/problem.ts';

export type Mark = { start: number; end: number; look: 'problem' | 'tied' | Token['kind'] };

/** What is marked between two places, cut off there. What has no extent has nothing to mark. */
export const marksIn = (
  from: number,
  to: number,
  tokens: readonly Token[],
  problems: readonly Problem[],
  tied: Pick<Mark, 'start' | 'end'> | null = null,
): Mark[] => {
  const isThere = ({ start, end }: Pick<Mark, 'start' | 'end'>) => start < to && end > from && start < end;
  return [
    // Most of many are elsewhere.
    ...tokens.filter(isThere).map(({ start, end, kind }) => ({ start, end, look: kind })),
    ...problems.filter(isThere).map(({ start, end }) => ({ start, end, look: 'problem' as const })),
    ...(tied !== null && isThere(tied) ? [{ ...tied, look: 'tied' as const }] : []),
  ].map(({ start, end, look }) => ({ start: Math.max(start, from), end: Math.min(end, to), look }));
};

/** Line and column of a place, both from 1; a column is a UTF-16 unit, as editors count. */
export function lineAndColumn(text: string, place: number): { line: number; column: number } {
  let [line, start] = [1, 0];
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', start)) {
    line++;
    start = at + 1;
  }
  return { line, column: place - start + 1 };
}
