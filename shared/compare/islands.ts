/** Few equal bytes between two differences say nothing: a reader sees one difference. */
import type { Hunk } from './diff.ts';

/** More in a row are seen as what they are. */
const mostIsland = 8;

type Marked = Hunk & { isIgnored: boolean };

/**
 * `hunks`: differences and what is equal in turn. An island between two insertions, or two removals, moves behind them where
 * the same bytes stand there; one that is shorter than what differs at both sides goes. What is passed over stays apart.
 */
export function joinIslands<T extends Marked>(hunks: readonly T[], a: Uint8Array, b: Uint8Array): T[] {
  const joined: T[] = [];
  for (const hunk of hunks) {
    const last = joined.at(-1);
    if (last?.isEqual && hunk.isEqual) joined[joined.length - 1] = plus(last, hunk);
    else joined.push(hunk);
    for (let moves = true; moves;) {
      const [before, island, behind] = joined.slice(-3);
      moves = false;
      if (!before || !island || !behind || !isBetween(before, island, behind)) continue;
      const moved = movedBehind(before, island, behind, a, b);
      if (moved !== null) joined.splice(-3, 3, ...moved);
      else if ((moves = isLess(island, before) && isLess(island, behind)))
        joined.splice(-3, 3, plus(plus(before, island), behind));
    }
  }
  return joined;
}

const isBetween = (before: Marked, island: Marked, behind: Marked): boolean =>
  [before, behind].every(({ isEqual, isIgnored }) => !isEqual && !isIgnored) &&
  island.isEqual &&
  island.aLength <= mostIsland;

const isLess = (island: Hunk, { aLength, bLength }: Hunk): boolean =>
  island.aLength < Math.max(aLength, bLength);

const plus = <T extends Marked>(one: T, next: Hunk): T => ({
  ...one,
  aLength: one.aLength + next.aLength,
  bLength: one.bLength + next.bLength,
});

function movedBehind<T extends Marked>(
  before: T,
  island: T,
  behind: T,
  a: Uint8Array,
  b: Uint8Array,
): [T, T] | null {
  const isInserted = before.aLength === 0 && behind.aLength === 0;
  if (!isInserted && (before.bLength > 0 || behind.bLength > 0)) return null;
  const { aLength: length } = island;
  const difference = plus(before, behind);
  const [atA, atB] = [difference.a + difference.aLength, difference.b + difference.bLength];
  for (let at = 0; at < length; at++) if (a[atA + at] !== b[atB + at]) return null;
  return [difference, { ...island, a: atA, b: atB }];
}
