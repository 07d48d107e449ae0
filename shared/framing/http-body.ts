/** How HTTP/1 says how long a body is (RFC 9112 6 and 7). */

/** Of a header line: its length, NaN for one that is none; null: it is another header. */
export function contentLength(line: string): number | null {
  const value = valueOf(line, 'content-length');
  return value === null ? null : lengthOf(value);
}

/** The value of Content-Length; NaN for one that is none. */
export const lengthOf = (value: string): number => (/^\d{1,15}$/.test(value) ? Number(value) : NaN);

/** Of a header line: whether chunks are the last transfer coding; null: it is another header. */
export function isChunked(line: string): boolean | null {
  const value = valueOf(line, 'transfer-encoding');
  return value === null ? null : endsChunked(value);
}

/** The value of Transfer-Encoding in lower case: whether chunks come last. */
export const endsChunked = (value: string): boolean => /(^|[ \t,])chunked$/.test(value);

/** Bytes of the chunk that such a line stands before; null for what is no such line. */
export function chunkSize(line: string): number | null {
  const [, size] = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line) ?? [];
  return size === undefined ? null : parseInt(size, 16);
}

function valueOf(line: string, name: string): string | null {
  if (line.slice(0, name.length + 1).toLowerCase() !== `${name}:`) return null;
  return withoutBlanks(line, name.length + 1).toLowerCase();
}

/** A loop: an expression for the blanks at the end tries each of a header's blanks anew, which takes minutes. */
export function withoutBlanks(line: string, from: number): string {
  const isBlank = (at: number): boolean => line[at] === ' ' || line[at] === '\t';
  let [start, end] = [from, line.length];
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return line.slice(start, end);
}
