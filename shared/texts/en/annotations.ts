import { formatCount } from '../../show/sizes.ts';

const records = (sequences: readonly number[]): string =>
  sequences.length === 1 ? `record #${sequences[0]!}` : `${formatCount(sequences.length)} records`;

/** Bookmarks, notes and tags of records. */
export const annotations = {
  ofRecord: 'What you said of this record',
  bookmark: 'Bookmark',
  removeBookmark: 'Remove bookmark',
  write: 'Note and tags…',
  filterByTag: (tag: string) => `Tag #${tag}`,
  /** Of the signs in a row. */
  bookmarked: 'Bookmarked',
  noted: 'Note',
  marked: 'Marked',
  said: 'Bookmarks and tags',
  title: (sequences: readonly number[]) => `Note and tags of ${records(sequences)}`,
  note: 'Note',
  noteHint: 'Shift ⏎ begins a line. “note:” and “tag:” in the filter find them again.',
  tags: 'Tags, with blanks between them',
  differ: 'Not the same in all of them: what you write takes its place',
  used: 'Tags of this log',
  useTag: (tag: string) => `Use the tag ${tag}`,
  save: 'Save',
  cancel: 'Cancel',
  tooManyTags: (most: number) => `A record has at most ${most} tags.`,
  tagTooLong: (most: number) => `A tag has at most ${most} characters.`,
  changed: (sequences: readonly number[]) => `Changed the note and tags of ${records(sequences)}.`,
  undo: 'Undo',
  tooMany: (most: number) => `At most ${formatCount(most)} records can be marked at once. Select fewer rows.`,
  noneBelow: 'No marked record below this one, as the log is filtered now',
  noneAbove: 'No marked record above this one, as the log is filtered now',
};
