/** The parts of a draft that look different in the editor. */
import type { ComposerDraft } from '../../shared/drafts.ts';
import type { Problem } from '../../shared/problem.ts';

export type Segment = { text: string; look: 'plain' | 'escape' | 'problem' };

/** Marking more would cost more than it shows; all problems are listed all the same. */
const longestMarked = 20_000;

const escapes = /\\(?:[rnt0\\]|x[0-9a-f]{2}|u\{[0-9a-f]{1,32}\})/gi;

/**
 * `text` in order, as plain parts, escapes and problems, as far as it is marked: behind the last line of the first 20,000
 * characters nothing is. Problems are in order and do not overlap.
 */
export function segmentsOf(
  text: string,
  mode: ComposerDraft['mode'],
  problems: readonly Problem[],
): Segment[] {
  const marked =
    text.length <= longestMarked
      ? text
      : text.slice(0, text.lastIndexOf('\n', longestMarked) + 1 || longestMarked);
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end } of problems) {
    if (end > marked.length) break;
    addParts(segments, marked.slice(at, start), mode);
    segments.push({ text: marked.slice(start, end), look: 'problem' });
    at = end;
  }
  addParts(segments, marked.slice(at), mode);
  return segments;
}

function addParts(segments: Segment[], text: string, mode: ComposerDraft['mode']): void {
  let at = 0;
  if (mode === 'text') {
    for (const match of text.matchAll(escapes)) {
      if (match.index > at) segments.push({ text: text.slice(at, match.index), look: 'plain' });
      segments.push({ text: match[0], look: 'escape' });
      at = match.index + match[0].length;
    }
  }
  if (at < text.length) segments.push({ text: text.slice(at), look: 'plain' });
}

/** Line and column of a place, both from 1; a column is a UTF-16 unit, as editors count. */
export function lineAndColumn(text: string, place: number): { line: number; column: number } {
  const before = text.slice(0, place);
  return { line: before.split('\n').length, column: place - before.lastIndexOf('\n') };
}
