/** From `start` to before `end`. */
export type ByteRange = { start: number; end: number };

/** In order, none over or beside another. */
export function joinedRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const joined: ByteRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = joined.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else joined.push({ ...range });
  }
  return joined;
}

/** How many bytes of a range lie outside of joined ones. */
export function outside({ start, end }: ByteRange, joined: readonly ByteRange[]): number {
  let low = 0;
  for (let high = joined.length; low < high;) {
    const middle = (low + high) >> 1;
    if (joined[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  let left = end - start;
  for (let at = low; at < joined.length && joined[at]!.start < end; at++)
    left -= Math.min(end, joined[at]!.end) - Math.max(start, joined[at]!.start);
  return left;
}
