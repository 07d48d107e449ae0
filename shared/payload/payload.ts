/** Messages as a person writes them: what they mean, and the bytes that are sent for them. */
import { bareContext, type FillContext } from './context.ts';
import { fillParts, isBytes, isInsert, type Filled } from './fill.ts';
import { escapeText, formatHex } from './format.ts';
import type { Groups } from './group-references.ts';
import { parseHex } from './hex.ts';
import type { Parsed, Part } from './parts.ts';
import { parseAsIs, parseText } from './text.ts';

/** Text with escapes and functions, bytes in hex, or text in which a backslash and braces are what they look like. */
export type Notation = 'text' | 'hex' | 'as-is';
/** What a field takes that has no switch for escapes. */
export type FieldNotation = Exclude<Notation, 'as-is'>;

/** `text` in one of the notations. '' is no bytes in any. */
export type Written<N extends Notation = Notation> = { mode: N; text: string };

export type LineEnd = 'none' | 'lf' | 'cr' | 'crlf';
export const lineEndBytes: Readonly<Record<LineEnd, Uint8Array<ArrayBuffer>>> = {
  none: Uint8Array.of(),
  lf: Uint8Array.of(10),
  cr: Uint8Array.of(13),
  crlf: Uint8Array.of(13, 10),
};

/** A message to send: its line end stands for each typed line break, and behind it, whatever it ends with already. */
export type WrittenMessage = Written & { lineEnd: LineEnd };

/** What a typed line break is sent as: where no line end is chosen, the line feed that it is. */
export const lineBreakOf = (lineEnd: LineEnd): Exclude<LineEnd, 'none'> =>
  lineEnd === 'none' ? 'lf' : lineEnd;

/**
 * Linear in the length. In text, `groups` may be named, and a line feed that follows no carriage return is a typed line
 * break, which `lineEnd` stands for; who writes hex means these bytes.
 */
export function parse(
  { mode, text }: Written,
  groups: Groups | null = null,
  lineEnd: LineEnd = 'none',
): Parsed {
  if (mode === 'hex') return parseHex(text);
  const lineBreak = lineEndBytes[lineBreakOf(lineEnd)];
  return mode === 'as-is' ? parseAsIs(text, lineBreak) : parseText(text, groups, lineBreak);
}

/** What is sent for a message. */
export const parseMessage = (message: WrittenMessage): Parsed =>
  withLineEnd(parse(message, null, message.lineEnd), message.lineEnd);

/** The message with a line end behind it; what has problems stays as it is. */
export const withLineEnd = (parsed: Parsed, lineEnd: LineEnd): Parsed =>
  lineEnd === 'none' || parsed.problems.length > 0
    ? parsed
    : { ...parsed, parts: [...parsed.parts, lineEndBytes[lineEnd]] };

/** What is sent. */
export type Template = {
  /** The same array of bytes each time. */
  readonly isFixed: boolean;
  /** Throws a FailureError: REPLY_TOO_LONG above 64 MiB, MESSAGE_NOT_MADE where a function cannot take what it is given. */
  fill(context?: Partial<FillContext>): Uint8Array<ArrayBuffer>;
};

/** No bytes for what has problems. What is the same for every message is worked out here, once. */
export function compile({ parts }: Parsed): Template {
  const isFixed = parts.every((part) => isBytes(part) || !isInsert(part) || part.isFixed);
  if (!isFixed) return { isFixed, fill: (context = {}) => fillMessage(parts, context).bytes };
  const [only] = parts;
  const bytes = parts.length === 1 && isBytes(only!) ? only : fillParts(parts, bareContext).bytes;
  return { isFixed, fill: () => bytes };
}

/** What is sent, with where each of its parts ends. Throws as `Template.fill`. */
export const fillMessage = (parts: readonly Part[], context: Partial<FillContext>): Filled =>
  fillParts(parts, { ...bareContext, ...context });

/** Of what was checked before: what cannot be read all the same is no bytes. */
export const writtenBytes = (written: Written): Uint8Array<ArrayBuffer> => compile(parse(written)).fill();

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text that is taken as it is; null where no such text is sent as just these bytes with `lineEnd`. */
export function asIsOf(bytes: Uint8Array, lineEnd: LineEnd): string | null {
  let text: string;
  try {
    text = strictDecoder.decode(bytes);
  } catch {
    return null; // Not UTF-8.
  }
  const sent = compile(parse({ mode: 'as-is', text }, null, lineEnd)).fill();
  return sent.length === bytes.length && sent.every((byte, at) => byte === bytes[at]) ? text : null;
}

/**
 * The same message in a notation: its bytes written anew, and what is put in as it stands. Where it stands then, `groups`
 * may be named: a dollar that is a byte becomes an escape.
 */
export const rewrite = ({ parts }: Parsed, mode: FieldNotation, groups: Groups | null = null): string =>
  parts
    .map((part) => (!isBytes(part) ? part.source : mode === 'hex' ? formatHex(part) : literal(part, groups)))
    .join(mode === 'hex' ? ' ' : '');

const literal = (bytes: Uint8Array, groups: Groups | null): string =>
  groups === null ? escapeText(bytes) : escapeText(bytes).replaceAll('$', '\\$');
