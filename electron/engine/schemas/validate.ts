import * as v from 'valibot';
import { failed, FailureError } from '../../../shared/failure.ts';
import type { Why } from '../../../shared/why.ts';

/** The failure that the door answers with; `subject` names the field, as the page's forms know it. */
export const invalid = (subject: string, why?: Why): FailureError =>
  new FailureError({ ...failed('INVALID_ARGUMENT', why), subject });

type ArgumentList = v.StrictTupleSchema<readonly v.GenericSchema[], undefined>;

/**
 * Checks the arguments of a command. Throws FailureError INVALID_ARGUMENT whose subject is the field inside an argument
 * (`port`, `reconnect.delayMs`), or the argument's own name where it is not an object.
 */
export function parseArguments<S extends ArgumentList>(schema: S, args: unknown[]): v.InferOutput<S> {
  // Over msgpack an argument that was left out at the end arrives as null, over structured clone as undefined.
  const result = v.safeParse(schema, args, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  // Both can repeat what was given, a megabyte of it.
  // The code of a field's problem, or the library's words.
  const [subject, message] = [fieldOf(schema, issue), issue.message].map(cut);
  throw new FailureError({ code: 'INVALID_ARGUMENT', subject: subject!, message: message! });
}

const mostWords = 300;
const cut = (text: string): string => (text.length > mostWords ? `${text.slice(0, mostWords)}…` : text);

function fieldOf(schema: ArgumentList, issue: v.BaseIssue<unknown>): string {
  const [argument, ...inside] = issue.path ?? [];
  if (!argument) return 'arguments';
  if (inside.length > 0) return inside.map(({ key }) => String(key)).join('.');
  const item = typeof argument.key === 'number' ? schema.items[argument.key] : undefined;
  return (item && v.getTitle(item)) || `argument ${Number(argument.key) + 1}`;
}
