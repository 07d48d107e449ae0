/** What a person said of a record, in one line. */
import type { Annotation } from '../annotations.ts';
import { escapeLine } from '../payload/format.ts';

/** `★ #slow #retry "the note"`; no character in it acts on a terminal. */
export function annotationLine({ bookmarked, note, tags }: Annotation): string {
  const parts = [bookmarked ? '★' : '', ...tags.map((tag) => `#${tag}`), note && JSON.stringify(note)];
  return escapeLine(parts.filter((part) => part !== '').join(' '));
}
