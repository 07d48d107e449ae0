/** What may be said of a record, from a page and in a file. */
import * as v from 'valibot';
import {
  mostNoteUnits,
  mostTags,
  mostTagUnits,
  type Annotation,
  type AnnotatedRecord,
} from '../../../shared/annotations.ts';
import { listOf, plain } from '../../../shared/schema.ts';
import { text } from './schemas.ts';

/** One word, so that a filter can ask for it. */
const tag = v.pipe(text(mostTagUnits), v.regex(/^\S+$/u));
const fields = {
  bookmarked: v.boolean(),
  note: text(mostNoteUnits),
  tags: v.pipe(
    listOf(tag, mostTags),
    v.check((tags) => new Set(tags).size === tags.length),
  ),
};

export const annotationChange: v.GenericSchema<unknown, Partial<Annotation>> = v.pipe(
  plain(
    v.strictObject({
      bookmarked: v.exactOptional(fields.bookmarked),
      note: v.exactOptional(fields.note),
      tags: v.exactOptional(fields.tags),
    }),
  ),
  v.check((change) => Object.keys(change).length > 0),
  v.title('change'),
);

/** What a later version adds is passed over. */
export const keptAnnotation: v.GenericSchema<unknown, AnnotatedRecord> = v.object({
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  ...fields,
});
