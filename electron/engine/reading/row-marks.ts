/** Where in the rows of one reading others of the same capture have something, told without reading a row. */
import type { PlacedRows } from './row-source.ts';

/**
 * A byte for each of `parts` equal stretches of the rows `from` to `end - 1`, with a bit for each of `others` that has a row
 * there; where there are no more rows than that, a byte for each row, with a bit for those that have that very row. Takes
 * some steps of halving for each part.
 */
export async function marksIn(
  rows: PlacedRows,
  others: readonly PlacedRows[],
  { from, end, parts }: { from: number; end: number; parts: number },
): Promise<Uint8Array> {
  const last = Math.min(end, rows.length);
  const count = Math.max(0, last - from);
  if (count <= parts) return ofEach(rows, others, from, count);
  const marks = new Uint8Array(parts);
  const edgeOf = (part: number): number => from + Math.floor((count * part) / parts);
  let before = others.map((other) => other.rowFrom(rows.sequenceAt(from)));
  for (let part = 0; part < parts; part++) {
    const edge = edgeOf(part + 1);
    const to = edge < rows.length ? rows.sequenceAt(edge) : Infinity;
    const after = others.map((other) => (to === Infinity ? other.length : other.rowFrom(to)));
    for (let i = 0; i < others.length; i++) if (after[i]! > before[i]!) marks[part]! |= 1 << i;
    before = after;
  }
  return marks;
}

async function ofEach(
  rows: PlacedRows,
  others: readonly PlacedRows[],
  from: number,
  count: number,
): Promise<Uint8Array> {
  const marks = new Uint8Array(count);
  for (const [i, other] of others.entries()) {
    const has = await other.hasRows(rows, from, count);
    for (let at = 0; at < count; at++) if (has[at]) marks[at]! |= 1 << i;
  }
  return marks;
}
