/** When it is told that a text has changed: what is done with all of a long one would hold up each key. */
import { longText } from '../../shared/message-reading.ts';

const pauseMs = 200;
/** Who types on without a pause: what is typed is also kept. */
const longestMs = 5_000;
/** More than that at once is no typing, and is told at once. */
const mostTyped = 1_000;

export type Telling = {
  /** `length`: of the text now; `by`: how much it has grown or shrunk since it was told. */
  changed(length: number, by: number): void;
  readonly isBehind: boolean;
  /** What is not told yet is told now. */
  settle(): void;
  /** What is not told yet has been replaced. */
  drop(): void;
};

export function tellingOf(tell: () => void): Telling {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let behindSince = 0;
  const drop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const tellNow = () => {
    drop();
    tell();
  };
  return {
    changed(length, by) {
      if (length <= longText || Math.abs(by) > mostTyped) return tellNow();
      const now = performance.now();
      if (timer === undefined) behindSince = now;
      clearTimeout(timer);
      timer = setTimeout(tellNow, Math.min(pauseMs, behindSince + longestMs - now));
    },
    get isBehind() {
      return timer !== undefined;
    },
    settle() {
      if (timer !== undefined) tellNow();
    },
    drop,
  };
}
