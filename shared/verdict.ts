/** What became of going through a capture: what of it is not what was written. */
import type { Damage } from './failure.ts';

/** Numbers of records, the last one included. */
export type Stretch = { first: number; last: number };
/** `records`: how many cannot be relied on because of it. `stretches`: which, as far as they are few. */
export type DamagedPlace = Damage & { records: number; stretches: Stretch[] };
export type Verdict = {
  /** Of the log: those from the first to the last record, and the bytes of the files that were looked at. */
  records: number;
  bytes: number;
  damagedRecords: number;
  /** In the order of the index, then of the data. `morePlaces`: that are not among them. */
  places: DamagedPlace[];
  morePlaces: number;
  /** Files of before there were checksums: nothing vouches for the payloads in them. */
  hasUnchecked: boolean;
};

/**
 * What shows when a capture is opened. Not closed: its process was killed; torn: of its last record a part alone was written.
 * `damagedLines`: of what a person said. `isHeadDamaged`: of a capture file, what says whose capture it is.
 */
export type CaptureFacts = {
  wasClosed: boolean;
  wasTorn: boolean;
  isMetaDamaged: boolean;
  damagedLines: number;
  isHeadDamaged: boolean;
  /** What the size limit took; left out: nothing. */
  gone?: { records: number; bytes: number };
};
export type Verified = { verdict: Verdict; facts: CaptureFacts };

/** Whether every byte is what was written. */
export const isWhole = ({ verdict, facts }: Verified): boolean =>
  verdict.damagedRecords === 0 &&
  !facts.isMetaDamaged &&
  !facts.wasTorn &&
  facts.damagedLines === 0 &&
  !facts.isHeadDamaged;

/** The same with at most so many places by name; all are counted. */
export function shortVerdict({ verdict, facts }: Verified, most: number): Verified {
  const places = verdict.places.slice(0, most);
  const morePlaces = verdict.morePlaces + verdict.places.length - places.length;
  return { verdict: { ...verdict, places, morePlaces }, facts };
}
