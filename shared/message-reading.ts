/** What a window shows of a message before it is sent, and no more: of a long one it is read elsewhere, and crosses over. */
import { mostPreviewed, mostPreviewedParts, type Preview } from './contract.ts';
import { isBytes, isInsert, placesOf, type Filled } from './payload/fill.ts';
import type { Parsed, Part } from './payload/parts.ts';
import {
  fillMessage,
  hasCalls,
  isTextual,
  parse,
  rewrite,
  withLineEnd,
  type WrittenMessage,
} from './payload/payload.ts';
import { warningsOf, type Warning } from './payload/warnings.ts';
import { noWrap, wrapped } from './payload/wrap.ts';

/** `fixed`: null of what is made as it is sent; then `hex` has the first bytes, with what is put in as it is written. */
export type ShownMessage = { fixed: Preview | null; hex: string };

export type MessageReading = Pick<Parsed, 'problems' | 'tokens'> &
  ShownMessage & {
    warnings: readonly Warning[];
    /** All of them; null of what is made as it is sent. */
    bytes: Uint8Array<ArrayBuffer> | null;
    /** Around nothing there is no message. */
    isEmpty: boolean;
    /** What the peer sent last is put into it. */
    asksReceived: boolean;
  };

/** As many as a line of the window has room for. */
export const mostHexBytes = 128;
/** Characters; to read so many takes about a millisecond. */
export const longText = 50_000;
/** Each of them, and each filter, may make or read a megabyte. */
const mostCalls = 32;

/** Whether a message can be read between two keys. */
export function isQuicklyRead({ mode, text }: Pick<WrittenMessage, 'mode' | 'text'>): boolean {
  if (text.length > longText) return false;
  return !hasCalls(mode) || !text.includes('{{') || (text.match(/\{\{|\|/g)?.length ?? 0) <= mostCalls;
}

/** Linear in the length of the message, but for what its calls make. */
export function readMessage(message: WrittenMessage): MessageReading {
  const { mode, lineEnd, encoding, wrap = noWrap } = message;
  const parsed = parse(message, null, lineEnd);
  const own = withLineEnd(parsed, lineEnd, isTextual(mode) ? encoding : undefined);
  const { parts, problems, tokens } = wrapped(own, wrap);
  const filled = areFixed(parts) ? fillMessage(parts, {}) : null;
  return {
    ...{ problems, tokens, ...shown(parts, filled) },
    bytes: filled?.bytes ?? null,
    warnings: warningsOf(message, parsed),
    isEmpty: own.parts.every((part) => isBytes(part) && part.length === 0),
    asksReceived: parts.some((part) => isInsert(part) && part.asksReceived),
  };
}

const areFixed = (parts: readonly Part[]): boolean => parts.every((part) => !isInsert(part) || part.isFixed);

/** What a line of the window shows of parts. */
export const shownOf = (parts: readonly Part[]): ShownMessage =>
  shown(parts, areFixed(parts) ? fillMessage(parts, {}) : null);

const shown = (parts: readonly Part[], filled: Filled | null): ShownMessage =>
  filled === null ? { fixed: null, hex: hexOf(parts) } : { fixed: previewOf(parts, filled), hex: '' };

/** The first bytes, and the parts that have some of these. */
export const previewOf = (parts: readonly Part[], { bytes, ends }: Filled): Preview => ({
  length: bytes.length,
  bytes: bytes.slice(0, mostPreviewed),
  parts: placesOf(parts, ends)
    .filter(({ start }) => start < mostPreviewed)
    .slice(0, mostPreviewedParts),
});

const hexOf = (parts: readonly Part[]): string => {
  const first = parts
    .slice(0, mostHexBytes)
    .map((part) => (isBytes(part) ? part.subarray(0, mostHexBytes) : part));
  return rewrite({ parts: first }, 'hex').slice(0, 3 * mostHexBytes);
};
