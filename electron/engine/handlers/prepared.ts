/** What a server's reply settings come to, worked out once for all of its peers. */
import { closesAfterAnswer, httpAnswer } from '../../../shared/payload/http-answer.ts';
import { compileRules, type CompiledRule } from '../../../shared/payload/rules.ts';
import type { ReplySettings } from '../../../shared/settings/settings.ts';
import { writtenBytes } from '../../../shared/payload/written-bytes.ts';

/** Bytes made once for all peers. */
export type HttpAnswers = { full: Uint8Array; toHead: Uint8Array; closes: boolean };
/** Only what the kind needs is filled. */
export type Prepared = {
  greeting: Uint8Array;
  /** Of 'fixed' and 'prefix'. */
  bytes: Uint8Array;
  http: HttpAnswers | null;
  rules: readonly CompiledRule[];
};

export function prepare({ kind, boundary, greeting, prefix, fixed, http, rules }: ReplySettings): Prepared {
  const answer = (): HttpAnswers => ({
    full: httpAnswer(http),
    toHead: httpAnswer(http, 'HEAD'),
    closes: closesAfterAnswer(http),
  });
  return {
    greeting: writtenBytes(greeting),
    bytes:
      kind === 'prefix' ? writtenBytes(prefix) : kind === 'fixed' ? writtenBytes(fixed) : new Uint8Array(),
    http: kind === 'http' ? answer() : null,
    rules: kind === 'rules' ? compileRules(rules, boundary) : [],
  };
}
