/** Rules of a server: which one answers a message, and with what. Pure, so that a page can try them out. */
import { decodeEscaped } from './escaped-utf8.ts';
import { matchesHexPattern, parseHexPattern } from './hex-pattern.ts';
import { fillTemplate, parseTemplate } from './reply-template.ts';
import type { ReplyBoundary, Rule } from '../settings/settings.ts';
import { writtenBytes } from './written-bytes.ts';

export type CompiledRule = {
  readonly rule: Rule;
  /** Counts from 1. */
  readonly number: number;
  /** A message made for it can keep this rule busy for ages: bound the time that `answer` takes. */
  readonly isCostly: boolean;
  /**
   * The bytes that answer the message, maybe none; null where the rule does not match. Without groups always the same
   * array. Throws a FailureError REPLY_TOO_LONG.
   */
  answer(message: RuleMessage): Uint8Array | null;
};

/** A message as rules look at it; its text is decoded once for all of them. */
export class RuleMessage {
  readonly bytes: Uint8Array;
  #text: string | null = null;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get text(): string {
    this.#text ??= decodeEscaped(this.bytes);
    return this.#text;
  }
}

/** Searching takes up to message × pattern steps, which a pattern of this length keeps below a tenth of a second. */
const cheapPatternBytes = 64;

/**
 * Rules that were checked and are on, ready to be used on any number of messages. With lines, 'exact' and 'ends' match with or
 * without the line's end (LF or CR LF), and `$` of a regular expression matches before it.
 */
export const compileRules = (rules: readonly Rule[], boundary: ReplyBoundary): CompiledRule[] =>
  rules.flatMap((rule, index) =>
    rule.enabled ? [{ rule, number: index + 1, ...compile(rule, boundary === 'line') }] : [],
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

function compile(rule: Rule, isLine: boolean): Pick<CompiledRule, 'isCostly' | 'answer'> {
  const reply = writtenBytes(rule.reply);
  if (rule.match === 'regex') return compileRegex(rule, reply, isLine);
  if (rule.match === 'hex') {
    const pattern = parseHexPattern(rule.pattern) ?? [];
    const isCostly = pattern.length > cheapPatternBytes;
    return { isCostly, answer: ({ bytes }) => (matchesHexPattern(pattern, bytes) ? reply : null) };
  }
  const pattern = writtenBytes({ mode: 'text', text: rule.pattern });
  const matches = plainMatches[rule.match];
  return {
    isCostly: rule.match === 'contains' && pattern.length > cheapPatternBytes,
    answer: ({ bytes }) =>
      matches(bytes, pattern) || (isLine && matches(withoutLineEnd(bytes), pattern)) ? reply : null,
  };
}

function compileRegex(
  { pattern, reply: { mode } }: Rule,
  reply: Uint8Array,
  isLine: boolean,
): Pick<CompiledRule, 'isCostly' | 'answer'> {
  const expression = new RegExp(pattern, isLine ? 'mu' : 'u');
  // The empty choice matches before the pattern is tried, which could take for ever; the match tells which groups there are.
  const probe = new RegExp(`|${pattern}`, 'u').exec('')!;
  const groups = { count: probe.length - 1, names: Object.keys(probe.groups ?? {}) };
  // Who writes hex means these bytes.
  const template = mode === 'hex' ? [reply] : parseTemplate(reply, groups);
  const isFixed = template.every((part) => typeof part === 'object');
  const fixed = isFixed ? fillTemplate(template, probe) : null;
  return {
    isCostly: true,
    answer: ({ text }) => {
      const match = expression.exec(text);
      return match === null ? null : (fixed ?? fillTemplate(template, match));
    },
  };
}

type Matches = (bytes: Uint8Array, pattern: Uint8Array) => boolean;
const plainMatches: Record<'exact' | 'contains' | 'starts' | 'ends', Matches> = {
  exact: (bytes, pattern) => bytes.length === pattern.length && isAt(bytes, 0, pattern),
  contains: (bytes, pattern) => {
    const [first] = pattern;
    if (first === undefined) return true;
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
      if (isAt(bytes, at, pattern)) return true;
    return false;
  },
  starts: (bytes, pattern) => isAt(bytes, 0, pattern),
  ends: (bytes, pattern) =>
    bytes.length >= pattern.length && isAt(bytes, bytes.length - pattern.length, pattern),
};

function isAt(bytes: Uint8Array, start: number, pattern: Uint8Array): boolean {
  if (start + pattern.length > bytes.length) return false;
  for (let at = 0; at < pattern.length; at++) if (bytes[start + at] !== pattern[at]) return false;
  return true;
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 10) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1);
}
