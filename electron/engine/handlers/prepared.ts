/** What a server's reply settings come to, worked out once for all of its peers. */
import { closesAfterAnswer, httpAnswers } from '../../../shared/payload/http-answer.ts';
import { compile, parse, type Template } from '../../../shared/payload/payload.ts';
import { compileRules, type CompiledRule } from '../../../shared/payload/rules.ts';
import { noBytes } from '../../../shared/settings/reply.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import type { ReplySettings } from '../../../shared/settings/settings.ts';

/** `to`: of a request's method, and what its answer is made in. */
export type HttpAnswers = { to: ReturnType<typeof httpAnswers>; closes: boolean };
/** Only what the kind needs is filled. */
export type Prepared = {
  greeting: Template;
  /** Of 'fixed' and 'prefix'. */
  bytes: Template;
  http: HttpAnswers | null;
  rules: readonly CompiledRule[];
};

export const isNothing = (template: Template): boolean => template.isFixed && template.fill().length === 0;

/** `areLines`: what is answered ends with a line end, which rules need not name; `encoding`: what its text is in. */
export function prepare(
  { kind, greeting, prefix, fixed, http, rules }: ReplySettings,
  areLines: boolean,
  encoding: EncodingId,
): Prepared {
  const bytes = kind === 'prefix' ? prefix : kind === 'fixed' ? fixed : noBytes;
  return {
    greeting: compile(parse(greeting)),
    bytes: compile(parse(bytes)),
    http: kind === 'http' ? { to: httpAnswers(http), closes: closesAfterAnswer(http) } : null,
    rules: kind === 'rules' ? compileRules(rules, areLines, encoding) : [],
  };
}
