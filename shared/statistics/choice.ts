/** What a person chose of an endpoint's statistics, as it is written: see `parseMatch` and `parseNumbers`. */
import type { Direction } from './statistics.ts';

/** `requests`: null: as usual for what it is. `numbers`: '' for none. `isFiltered`: what the log's filter shows alone counts. */
export type StatisticsChoice = {
  match: string;
  requests: Direction | null;
  numbers: string;
  isFiltered?: boolean;
};
