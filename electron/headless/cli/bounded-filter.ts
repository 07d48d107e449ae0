/** A filter whose expressions are given so much time and no more: the thread that runs them owns the sockets. */
import type { ReadFilter } from '../../../shared/filter/reading.ts';
import type { FilterTest, Verdict } from '../../../shared/filter/operator.ts';
import { runBounded } from '../../engine/net/bounded-run.ts';

const mostMs = 1000;

class TooSlow extends Error {}

function inTime<T extends unknown[]>(passes: (...values: T) => boolean): (...values: T) => boolean {
  return (...values) => {
    let verdict = false;
    if (!runBounded(() => (verdict = passes(...values)), mostMs)) throw new TooSlow();
    return verdict;
  };
}

/** After it has been too slow once, everything passes, and `onSlow` was told: nothing is left out that was not looked at. */
export function boundedFilter({ isCostly, test }: ReadFilter, onSlow: () => void): FilterTest {
  if (!isCostly) return test;
  let isOff = false;
  const giveUp = (error: unknown): boolean => {
    if (!(error instanceof TooSlow)) throw error;
    if (!isOff) onSlow();
    isOff = true;
    return true;
  };
  return (subject): Verdict => {
    if (isOff) return true;
    const { somePiece, overEdge, someSentence, somePeer, someDecoded, ...facts } = subject;
    try {
      const verdict = test({
        ...facts,
        somePiece: (passes, isWhole) => somePiece(inTime(passes), isWhole),
        ...(overEdge && {
          overEdge: (sought) =>
            overEdge(
              sought,
              inTime((look) => look()),
            ),
        }),
        someSentence: (passes) => someSentence(inTime(passes)),
        somePeer: (passes) => somePeer(inTime(passes)),
        someDecoded: (passes) => someDecoded(inTime(passes)),
      });
      return typeof verdict === 'boolean' ? verdict : verdict.catch(giveUp);
    } catch (error) {
      return giveUp(error);
    }
  };
}
