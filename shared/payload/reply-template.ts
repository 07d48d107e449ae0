/** Replies with places for what a regular expression found: `$1` to `$9`, `$<name>`, `$&`, and `$$` for a dollar. */
import { encodeEscaped } from './escaped-utf8.ts';
import { FailureError } from '../failure.ts';

/** Most bytes of one reply: a template of 256 KiB could ask for a message of 1 MiB a hundred thousand times. */
export const longestReplyBytes = 16 * 1024 * 1024;

/** Bytes, or the number or name of a group; 0 is the whole match. */
type Part = Uint8Array | number | string;
export type ReplyTemplate = readonly Part[];

const dollar = 0x24;
const decoder = new TextDecoder();

/** What the expression has no group for stays as it is written. Linear in the length. */
export function parseTemplate(bytes: Uint8Array, groups: { count: number; names: string[] }): ReplyTemplate {
  const parts: Part[] = [];
  let start = 0;
  for (let at = bytes.indexOf(dollar); at >= 0; at = bytes.indexOf(dollar, at)) {
    const found = readReference(bytes, at + 1, groups);
    if (found === null) {
      at++;
      continue;
    }
    if (at > start) parts.push(bytes.slice(start, at));
    parts.push(found.part);
    start = at = found.end;
  }
  if (start < bytes.length) parts.push(bytes.slice(start));
  return parts;
}

function readReference(
  bytes: Uint8Array,
  at: number,
  { count, names }: { count: number; names: string[] },
): { part: Part; end: number } | null {
  const sign = String.fromCharCode(bytes[at] ?? 0);
  if (sign === '$') return { part: bytes.slice(at, at + 1), end: at + 1 };
  if (sign === '&') return { part: 0, end: at + 1 };
  if (sign >= '1' && sign <= '9') return Number(sign) <= count ? { part: Number(sign), end: at + 1 } : null;
  if (sign !== '<' || names.length === 0) return null;
  const end = bytes.indexOf(0x3e, at);
  const name = end < 0 ? '' : decoder.decode(bytes.subarray(at + 1, end));
  return names.includes(name) ? { part: name, end: end + 1 } : null;
}

/** A group that took no part is no bytes. Throws a FailureError REPLY_TOO_LONG above `longestReplyBytes`. */
export function fillTemplate(template: ReplyTemplate, match: RegExpExecArray): Uint8Array<ArrayBuffer> {
  const encoded = new Map<Part, Uint8Array>();
  let size = 0;
  const pieces = template.map((part) => {
    let piece = typeof part === 'object' ? part : encoded.get(part);
    if (piece === undefined) {
      const text = typeof part === 'number' ? match[part] : match.groups?.[String(part)];
      encoded.set(part, (piece = encodeEscaped(text ?? '')));
    }
    size += piece.length;
    if (size > longestReplyBytes) throw tooLong();
    return piece;
  });
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const tooLong = (): FailureError => new FailureError({ code: 'REPLY_TOO_LONG' });
