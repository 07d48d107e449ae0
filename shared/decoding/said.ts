/** What a message says, in a line. */
import { escapeLine } from '../payload/format.ts';
import type { Texts } from '../texts/index.ts';
import type { DecodeProblem } from './decoded.ts';

export type Said = { summary: string; problem: DecodeProblem | null };

/** `goesOn`: what ends too early has its rest elsewhere, as in the next chunk: no mistake of its own. */
export function saidWords({ summary, problem }: Said, goesOn: boolean, { decoding }: Texts): string {
  const said = escapeLine(summary);
  if (problem === null) return said;
  if (problem === 'incomplete' && goesOn) return `${said}…`;
  const { partly, problems } = decoding;
  return said === '' ? problems[problem] : partly(said, problems[problem]);
}
