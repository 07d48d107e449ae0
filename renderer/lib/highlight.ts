/** The parts of a draft that look different in the editor. */
import type { Token } from '../../shared/payload/parts.ts';
import type { Problem } from '../../shared/problem.ts';

export type Segment = { text: string; look: 'plain' | 'problem' | Token['kind'] };

/** Marking more would cost more than it shows; all problems are listed all the same. */
const longestMarked = 20_000;

/**
 * `text` in order, as plain parts, tokens and problems, as far as it is marked: behind the last line of the first 20,000
 * characters nothing is. Tokens and problems do not overlap, and each are in their order.
 */
export function segmentsOf(text: string, tokens: readonly Token[], problems: readonly Problem[]): Segment[] {
  const marked =
    text.length <= longestMarked
      ? text
      : text.slice(0, text.lastIndexOf('\n', longestMarked) + 1 || longestMarked);
  const segments: Segment[] = [];
  let at = 0;
  const add = (end: number, look: Segment['look']): void => {
    if (end > at) segments.push({ text: marked.slice(at, end), look });
    at = Math.max(at, end);
  };
  const marks = [...tokens, ...problems.map(({ start, end }) => ({ start, end, kind: 'problem' as const }))];
  for (const { start, end, kind } of marks.sort((a, b) => a.start - b.start)) {
    if (end > marked.length) break;
    add(start, 'plain');
    add(end, kind);
  }
  add(marked.length, 'plain');
  return segments;
}

/** Line and column of a place, both from 1; a column is a UTF-16 unit, as editors count. */
export function lineAndColumn(text: string, place: number): { line: number; column: number } {
  const before = text.slice(0, place);
  return { line: before.split('\n').length, column: place - before.lastIndexOf('\n') };
}
