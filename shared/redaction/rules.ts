/** What is removed from what is exported: `addresses`, `name:plc-7`, `text:secret`, `/pattern/i`, `hex:00 F0 ??`, `bytes:4..7`, `field:password`. */
import { readIgnore } from '../compare/ignore.ts';
import { parseBytePattern } from '../payload/matching.ts';

export type RedactRule =
  /** Of peers, of this machine, of proxies: hosts as addresses and by name, wherever they stand. */
  | { kind: 'addresses' }
  /** In any case; of a peer with this name, its address too. */
  | { kind: 'name' | 'text'; text: string }
  | { kind: 'pattern'; source: string; flags: string }
  /** null: any byte. */
  | { kind: 'hex'; pattern: (number | null)[] }
  /** Of each message, both ends included. */
  | { kind: 'bytes'; first: number; last: number }
  | { kind: 'field'; path: string };
export type RedactProblem = 'unknown' | 'empty' | 'pattern' | 'hex' | 'bytes';
export type ReadRedact = { ok: true; rule: RedactRule } | { ok: false; problem: RedactProblem };

export const mostRedactRules = 50;
/** In one pattern or text. */
export const mostRedactLength = 1000;

export function readRedact(text: string): ReadRedact {
  const typed = text.trim();
  if (typed === 'addresses') return { ok: true, rule: { kind: 'addresses' } };
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(typed) ?? [];
  if (source !== undefined) return readPattern(source, flags);
  // Blanks belong to what is looked for.
  const [, key = '', value = ''] = /^\s*(name|text|hex|bytes|field):(.*)$/s.exec(text) ?? [];
  if (key === '') return { ok: false, problem: 'unknown' };
  if (value.trim() === '') return { ok: false, problem: 'empty' };
  if (value.length > mostRedactLength) return { ok: false, problem: 'unknown' };
  if (key === 'text') return { ok: true, rule: { kind: 'text', text: value } };
  if (key === 'name') return { ok: true, rule: { kind: 'name', text: value.trim() } };
  if (key === 'field') return { ok: true, rule: { kind: 'field', path: value.trim() } };
  if (key === 'hex') {
    const pattern = parseBytePattern(value);
    const isAny = pattern === null || pattern.every((byte) => byte === null);
    return isAny ? { ok: false, problem: 'hex' } : { ok: true, rule: { kind: 'hex', pattern } };
  }
  const range = readIgnore(typed);
  return range?.kind === 'bytes' ? { ok: true, rule: range } : { ok: false, problem: 'bytes' };
}

function readPattern(source: string, flags: string): ReadRedact {
  const isKnown = /^(?!.*(.).*\1)[imsu]*$/.test(flags) && source.length <= mostRedactLength;
  if (!isKnown) return { ok: false, problem: 'pattern' };
  try {
    // What matches nothing removes nothing, but what matches everywhere does not end.
    return new RegExp(source, flags).test('')
      ? { ok: false, problem: 'pattern' }
      : { ok: true, rule: { kind: 'pattern', source, flags } };
  } catch {
    return { ok: false, problem: 'pattern' };
  }
}
