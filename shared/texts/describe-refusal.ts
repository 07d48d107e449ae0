import type { Refusal } from '../importing/brought.ts';
import { escapeLine } from '../payload/format.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';

/** What is not brought, where it stands, and why: one line without a full stop. What a file says hides nothing in it. */
export function describeRefusal(refusal: Refusal, texts: Texts = chosen): string {
  const { line, column, what, count } = refusal;
  const words = texts.importing;
  const place = line === null || column === null ? '' : words.place(line, column);
  const said = words.refused(place, escapeLine(what), reasonOf(refusal, texts));
  return count > 1 ? words.times(said, count) : said;
}

export function reasonOf({ code, problem }: Refusal, texts: Texts = chosen): string {
  const { reasons, because } = texts.importing;
  return problem === null ? reasons[code] : because(reasons[code], texts.errors[problem]);
}
