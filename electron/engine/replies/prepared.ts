/** What a server's reply settings come to, worked out once for all of its peers. */
import { closesAfterAnswer, httpAnswer } from '../../../shared/http-answer.ts';
import { compileRules, type CompiledRule } from '../../../shared/rules.ts';
import type { ReplySettings, WrittenBytes } from '../../../shared/settings.ts';
import { parseWritten } from '../../../shared/written-bytes.ts';
import type { HttpAnswers } from './http.ts';

/** Only what the kind needs is filled. */
export type Prepared = {
  greeting: Uint8Array;
  /** Of 'fixed' and 'prefix'. */
  bytes: Uint8Array;
  http: HttpAnswers | null;
  rules: readonly CompiledRule[];
};

/** A listener hands the same settings to each connection. */
const known = new WeakMap<ReplySettings, Prepared>();

export function prepare(settings: ReplySettings): Prepared {
  let prepared = known.get(settings);
  if (prepared === undefined) known.set(settings, (prepared = newPrepared(settings)));
  return prepared;
}

function newPrepared({ kind, boundary, greeting, prefix, fixed, http, rules }: ReplySettings): Prepared {
  const answer = (): HttpAnswers => ({
    full: httpAnswer(http),
    toHead: httpAnswer(http, 'HEAD'),
    closes: closesAfterAnswer(http),
  });
  return {
    greeting: bytesOf(greeting),
    bytes: kind === 'prefix' ? bytesOf(prefix) : kind === 'fixed' ? bytesOf(fixed) : new Uint8Array(),
    http: kind === 'http' ? answer() : null,
    rules: kind === 'rules' ? compileRules(rules, boundary) : [],
  };
}

/** The settings were checked; what cannot be read all the same is no bytes. */
function bytesOf(written: WrittenBytes): Uint8Array {
  const parsed = parseWritten(written);
  return parsed.ok ? parsed.bytes : new Uint8Array();
}
