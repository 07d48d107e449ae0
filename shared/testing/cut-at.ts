/** Streams that come in pieces, for tests. */

/** Cuts `bytes` at these places, taken modulo its length: for properties that hold wherever a stream is cut. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const place of [...sorted, bytes.length]) {
    if (place > start) chunks.push(bytes.subarray(start, place));
    start = Math.max(start, place);
  }
  return chunks;
}
