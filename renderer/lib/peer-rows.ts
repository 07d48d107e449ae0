/** The rows of a list of peers: open ones, the line that closed ones are folded under, and those below it. */
import type { RowExtent } from './scroll-space.ts';

export const peerRowHeight = 44;
export const closedRowHeight = 28;

export type PeerRows = { open: number; ended: number; showsEnded: boolean };

/** The line of the closed ones stands behind the open ones; -1 where none is closed. */
export const foldOf = ({ open, ended }: PeerRows): number => (ended > 0 ? open : -1);

export function peerExtent(rows: PeerRows): RowExtent {
  const fold = foldOf(rows);
  const folded = rows.showsEnded ? rows.ended : 0;
  const count = rows.open + (fold < 0 ? 0 : 1 + folded);
  const offsetOf = (row: number): number =>
    fold >= 0 && row > fold ? (row - 1) * peerRowHeight + closedRowHeight : row * peerRowHeight;
  const last = Math.max(0, count - 1);
  return {
    count,
    total: offsetOf(count),
    offsetOf,
    rowAt: (pixel) => {
      const plain = Math.floor(pixel / peerRowHeight);
      if (fold < 0 || plain < fold) return Math.max(0, Math.min(last, plain));
      if (pixel < fold * peerRowHeight + closedRowHeight) return fold;
      return Math.min(last, Math.floor((pixel - closedRowHeight) / peerRowHeight) + 1);
    },
  };
}

/** The place of a row's peer in the engine's list, which has no such line. */
export const placeOf = (row: number, rows: PeerRows): number => {
  const fold = foldOf(rows);
  return fold >= 0 && row > fold ? row - 1 : row;
};
