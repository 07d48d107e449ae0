/** How the frames of an endpoint's streams are told apart, in each direction. */
import type * as v from 'valibot';
import type { Framing } from '../framing/framer.ts';
import { longestSpec, parseFraming } from '../framing/spec.ts';
import { group, text } from './field.ts';
import { found, tooLong, type Found } from './field-problem.ts';

/** '' = not at all: each read by itself. */
const spec = text(2 * longestSpec, { check: specProblems });

/** As `parseFraming` reads them. */
export const framing = group({ received: spec, sent: spec });
export type FramingSettings = v.InferOutput<typeof framing>;

function specProblems(written: string): Found[] {
  if (written === '') return [];
  if (written.length > longestSpec) return [tooLong(written, longestSpec)];
  const read = parseFraming(written);
  return read.ok ? [] : [found('framing-unreadable', read.problem.end, read.problem.start)];
}

/** Of settings that were checked; null where nothing is cut. */
export function framingOf(written: string): Framing | null {
  const read = written === '' ? null : parseFraming(written);
  return read?.ok ? read.framing : null;
}
