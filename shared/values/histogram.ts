/** How often each byte is there. */

export type Histogram = {
  /** Of each of the 256 bytes. */
  readonly counts: Uint32Array;
  readonly total: number;
  /** In bits for each byte (Shannon): 0 where all are the same, 8 where all are as frequent. */
  readonly entropy: number;
  /** Printable ASCII, with tabs and line ends. */
  readonly printable: number;
  readonly zeros: number;
  readonly different: number;
  readonly largest: number;
};

/** More takes longer to bring than a person waits. */
export const mostCounted = 4 * 1024 * 1024;

const isPrintable = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;

export function histogramOf(bytes: Uint8Array): Histogram {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  const total = bytes.length;
  let [entropy, printable, different, largest] = [0, 0, 0, 0];
  for (const [byte, count] of counts.entries()) {
    if (count === 0) continue;
    different++;
    largest = Math.max(largest, count);
    entropy -= (count / total) * Math.log2(count / total);
    if (isPrintable(byte)) printable += count;
  }
  return { counts, total, entropy: Math.max(0, entropy), printable, zeros: counts[0]!, different, largest };
}

/** The bytes that are there most often, those first. */
export const mostFrequent = ({ counts }: Histogram, most: number): { byte: number; count: number }[] =>
  [...counts]
    .map((count, byte) => ({ byte, count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count || one.byte - other.byte)
    .slice(0, most);
