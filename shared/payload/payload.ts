/** Messages as a person writes them: what they mean, and the bytes that are sent for them. */
import type { Codec } from '../encodings/codec.ts';
import { codecBeside, type EncodingId } from '../encodings/encodings.ts';
import { readBase64, toBase64 } from './base64.ts';
import { bareContext, type FillContext } from './context.ts';
import { fillParts, isBytes, isInsert, type Filled } from './fill.ts';
import { escapeText, formatByte, formatHex } from './format.ts';
import type { Groups } from './group-references.ts';
import { parseHex } from './hex.ts';
import type { Parsed, Part } from './parts.ts';
import { parseAsIs, parseText } from './text.ts';
import { noWrap, wrapped, type Wrap } from './wrap.ts';

/** Text with escapes and functions, text in which a backslash and braces are what they look like, or bytes. */
export const notations = ['text', 'as-is', 'hex', 'base64'] as const;
export type Notation = (typeof notations)[number];
/** What a field takes that has no switch for escapes. */
export const fieldNotations = ['text', 'hex', 'base64'] as const;
export type FieldNotation = (typeof fieldNotations)[number];

/** It has an encoding, and line breaks that are typed. */
export const isTextual = (mode: Notation): mode is 'text' | 'as-is' => mode === 'text' || mode === 'as-is';
/** Two braces begin a function. */
export const hasCalls = (mode: Notation): boolean => mode === 'text' || mode === 'hex';

/** `text` in one of the notations, in UTF-8 where nothing else is said. '' is no bytes in any. */
export type Written<N extends Notation = Notation> = { mode: N; text: string; encoding?: EncodingId };

export type LineEnd = 'none' | 'lf' | 'cr' | 'crlf';
export const lineEndBytes: Readonly<Record<LineEnd, Uint8Array<ArrayBuffer>>> = {
  none: Uint8Array.of(),
  lf: Uint8Array.of(10),
  cr: Uint8Array.of(13),
  crlf: Uint8Array.of(13, 10),
};

/**
 * A message to send: its line end stands for each typed line break, and behind it, whatever it ends with already; around
 * both stands `wrap`.
 */
export type WrittenMessage = Written & { lineEnd: LineEnd; wrap?: Wrap };

/** What a typed line break is sent as: where no line end is chosen, the line feed that it is. */
export const lineBreakOf = (lineEnd: LineEnd): Exclude<LineEnd, 'none'> =>
  lineEnd === 'none' ? 'lf' : lineEnd;

/**
 * Linear in the length. In text, `groups` may be named, and a line feed that follows no carriage return is a typed line
 * break, which `lineEnd` stands for; who writes bytes means just these.
 */
export function parse(
  { mode, text, encoding }: Written,
  groups: Groups | null = null,
  lineEnd: LineEnd = 'none',
): Parsed {
  if (mode === 'hex') return parseHex(text);
  if (mode === 'base64') return parseBase64(text);
  const codec = codecBeside(encoding);
  const lineBreak = lineEndIn(lineBreakOf(lineEnd), codec);
  return mode === 'as-is' ? parseAsIs(text, lineBreak, codec) : parseText(text, groups, lineBreak, codec);
}

/** Nothing can be put into it. */
function parseBase64(text: string): Parsed {
  const { bytes, problems } = readBase64(text);
  return { parts: problems.length > 0 || bytes.length === 0 ? [] : [bytes], problems, tokens: [] };
}

/** What is sent for a message. */
export const parseMessage = (message: WrittenMessage): Parsed =>
  wrapped(
    withLineEnd(
      parse(message, null, message.lineEnd),
      message.lineEnd,
      isTextual(message.mode) ? message.encoding : undefined,
    ),
    message.wrap ?? noWrap,
  );

/** The message with a line end behind it; what has problems stays as it is. */
export const withLineEnd = (parsed: Parsed, lineEnd: LineEnd, encoding?: EncodingId): Parsed =>
  lineEnd === 'none' || parsed.problems.length > 0
    ? parsed
    : { ...parsed, parts: [...parsed.parts, lineEndIn(lineEnd, codecBeside(encoding))] };

/** Of two bytes each in UTF-16. */
function lineEndIn(lineEnd: LineEnd, codec: Codec | null): Uint8Array<ArrayBuffer> {
  const bytes = lineEndBytes[lineEnd];
  return codec === null ? bytes : Uint8Array.from([...bytes].flatMap((byte) => codec.encode(byte) ?? []));
}

/** What is sent. */
export type Template = {
  /** The same array of bytes each time. */
  readonly isFixed: boolean;
  /** What the peer sent last is put into it. */
  readonly asksReceived: boolean;
  /** Throws a FailureError: REPLY_TOO_LONG above 64 MiB, MESSAGE_NOT_MADE where a function cannot take what it is given. */
  fill(context?: Partial<FillContext>): Uint8Array<ArrayBuffer>;
};

/** No bytes for what has problems. What is the same for every message is worked out here, once. */
export function compile({ parts }: Pick<Parsed, 'parts'>): Template {
  const isFixed = parts.every((part) => !isInsert(part) || part.isFixed);
  if (!isFixed)
    return {
      isFixed,
      asksReceived: parts.some((part) => isInsert(part) && part.asksReceived),
      fill: (context = {}) => fillMessage(parts, context).bytes,
    };
  const [only] = parts;
  const bytes = parts.length === 1 && isBytes(only!) ? only : fillParts(parts, bareContext).bytes;
  return { isFixed, asksReceived: false, fill: () => bytes };
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
 * may be named: a dollar that is a byte becomes an escape. `encoding`: that the text is read in then.
 */
export const rewrite = (
  { parts }: Pick<Parsed, 'parts'>,
  mode: 'text' | 'hex',
  groups: Groups | null = null,
  encoding?: EncodingId,
): string =>
  parts
    .map((part) => {
      if (!isBytes(part)) return part.source;
      return mode === 'hex' ? formatHex(part) : literal(part, groups, codecBeside(encoding));
    })
    .join(mode === 'hex' ? ' ' : '');

/** The same in Base64, which has no word for what is put in: null then. */
export const rewriteAsBase64 = (parsed: Parsed): string | null =>
  parsed.parts.every(isBytes) ? toBase64(compile(parsed).fill()) : null;

function literal(bytes: Uint8Array, groups: Groups | null, codec: Codec | null): string {
  const text = codec === null ? escapeText(bytes) : escapeIn(bytes, codec);
  return groups === null ? text : text.replaceAll('$', '\\$');
}

const encoder = new TextEncoder();

/** Text with escapes in which two braces begin no function. */
export const withoutCalls = (text: string): string => text.replace(/\{(?=\{)/g, '\\{');

/** Characters that are written as just these bytes stand for them; every other byte is an escape. */
function escapeIn(bytes: Uint8Array, codec: Codec): string {
  const out: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const step = codec.step(bytes, at);
    const own = bytes.subarray(at, at + step.length);
    const written = step.ok ? codec.encode(step.codePoint) : null;
    const isSame = written?.length === own.length && own.every((byte, index) => byte === written[index]);
    if (step.ok && isSame) {
      const next = escapeText(encoder.encode(String.fromCodePoint(step.codePoint)));
      // A digit would be part of it.
      if (out.at(-1) === '\\0' && /^[0-9]/.test(next)) out[out.length - 1] = '\\u{0}';
      out.push(next);
    } else out.push(...Array.from(own, (byte) => `\\x${formatByte(byte)}`));
    at += step.length;
  }
  return withoutCalls(out.join(''));
}
