/** What a person says of a record of a log. */

export type Annotation = {
  bookmarked: boolean;
  /** '': none. */
  note: string;
  tags: string[];
};
export type AnnotatedRecord = Annotation & { sequence: number };

/** Records of one log that have one. */
export const mostAnnotated = 10_000;
export const mostNoteUnits = 2000;
export const mostTags = 16;
export const mostTagUnits = 64;

/** What a record has of which nothing was said. */
export const noAnnotation: Annotation = { bookmarked: false, note: '', tags: [] };

export const isAnnotated = ({ bookmarked, note, tags }: Annotation): boolean =>
  bookmarked || note !== '' || tags.length > 0;
