/** Rules of a server: which one answers a message, and with what. Pure, so that a page can try them out. */
import { readFilter } from '../filter/filter.ts';
import { messageOperators } from '../filter/operators.ts';
import { decodeEscaped } from './escaped-utf8.ts';
import { foundBy, groupsOf } from './group-references.ts';
import {
  isCostly,
  matchesWhere,
  occursIn,
  parseBytePattern,
  type BytePattern,
  type Matches,
} from './matching.ts';
import type { FillContext } from './context.ts';
import { compile, parse, writtenBytes, type Template } from './payload.ts';
import type { Rule, RuleMatch } from '../settings/settings.ts';

export type CompiledRule = {
  readonly rule: Rule;
  /** Counts from 1. */
  readonly number: number;
  /** A message made for it can keep this rule busy for ages: bound the time that `answer` takes. */
  readonly isCostly: boolean;
  /**
   * The bytes that answer the message, maybe none; null where the rule does not match. A fixed reply is always the same
   * array. Throws as `Template.fill` does.
   */
  answer(message: RuleMessage): Uint8Array | null;
};

/** A message as rules look at it; its text is decoded once for all of them. */
export class RuleMessage {
  readonly bytes: Uint8Array;
  /** What an answer to it is made in. */
  readonly around: () => Partial<FillContext>;
  #text: string | null = null;

  constructor(bytes: Uint8Array, around: () => Partial<FillContext> = () => ({})) {
    this.bytes = bytes;
    this.around = around;
  }

  get text(): string {
    this.#text ??= decodeEscaped(this.bytes);
    return this.#text;
  }
}

/**
 * Rules that were checked and are on, ready to be used on any number of messages. Of lines (`areLines`), 'exact' and 'ends' match with or
 * without the line's end (LF or CR LF), and `$` of a regular expression matches before it.
 */
export const compileRules = (rules: readonly Rule[], areLines: boolean): CompiledRule[] =>
  rules.flatMap((rule, index) =>
    rule.enabled ? [{ rule, number: index + 1, ...compileRule(rule, areLines) }] : [],
  );

/** The first rule that answers the message, and its reply; null where none does. Throws as `answer` does. */
export function firstAnswer(
  rules: readonly CompiledRule[],
  bytes: Uint8Array,
): { rule: CompiledRule; reply: Uint8Array } | null {
  const message = new RuleMessage(bytes);
  for (const rule of rules) {
    const reply = rule.answer(message);
    if (reply !== null) return { rule, reply };
  }
  return null;
}

function compileRule(rule: Rule, isLine: boolean): Pick<CompiledRule, 'isCostly' | 'answer'> {
  if (rule.match === 'regex') return compileRegex(rule, isLine);
  if (rule.match === 'filter') return compileFilter(rule);
  const reply = compile(parse(rule.reply));
  const pattern =
    rule.match === 'hex' || rule.match === 'exact-hex'
      ? (parseBytePattern(rule.pattern) ?? [])
      : writtenBytes({ mode: 'text', text: rule.pattern });
  const matches = matchesOf(rule.match, pattern, isLine);
  return {
    isCostly: isCostly(pattern),
    answer: ({ bytes, around }) => (matches(bytes) ? filled(reply, around) : null),
  };
}

function compileRegex({ pattern, reply }: Rule, isLine: boolean): Pick<CompiledRule, 'isCostly' | 'answer'> {
  const expression = new RegExp(pattern, isLine ? 'mu' : 'u');
  const template = compile(parse(reply, groupsOf(pattern)));
  return {
    isCostly: true,
    answer: ({ text, around }) => {
      const match = expression.exec(text);
      return match === null
        ? null
        : template.fill({ ...around(), ...foundBy(match), mostBytes: longestReplyBytes });
    },
  };
}

function compileFilter({ pattern, reply }: Rule): Pick<CompiledRule, 'isCostly' | 'answer'> {
  const read = readFilter(pattern, messageOperators);
  const template = compile(parse(reply));
  const passes = (bytes: Uint8Array): boolean =>
    read.ok && read.filter.test({ ...aMessage, somePiece: (matches) => matches(bytes) }) === true;
  return {
    isCostly: read.ok && read.filter.isCostly,
    answer: ({ bytes, around }) => (passes(bytes) ? filled(template, around) : null),
  };
}

const filled = (template: Template, around: () => Partial<FillContext>): Uint8Array =>
  template.isFixed ? template.fill() : template.fill({ ...around(), mostBytes: longestReplyBytes });

/** What a peer says can be put into its answer many times. */
const longestReplyBytes = 16 * 1024 * 1024;

const aMessage = {
  kind: 'received',
  connection: null,
  frame: null,
  someSentence: () => false,
  somePeer: () => false,
} as const;

function matchesOf(
  match: Exclude<RuleMatch, 'regex' | 'filter'>,
  pattern: BytePattern,
  isLine: boolean,
): Matches {
  if (match === 'contains' || match === 'hex') return occursIn(pattern);
  const matches = matchesWhere[match === 'exact-hex' ? 'exact' : match](pattern);
  return isLine ? (bytes) => matches(bytes) || matches(withoutLineEnd(bytes)) : matches;
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 10) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1);
}
