/** Goes through a capture, block by block, and says what of it is not what was written. */
import type { Damage } from '../../../shared/failure.ts';
import type { CaptureFacts, DamagedPlace, Verdict, Verified } from '../../../shared/verdict.ts';
import type { Capture } from './capture.ts';
import { dataFiles, indexFiles, type FileSet } from './format.ts';
import { findGaps, type FindWork } from './gaps.ts';
import { scan } from './scan.ts';
import { goneOf } from './shortened.ts';

/** So many places are named one by one, and of each so many stretches of records; all are counted. */
const mostPlaces = 10_000;
const mostStretches = 64;

/**
 * Looks at every byte of the log's files that is written when it is called. Never changes anything. Rejects with the
 * signal's reason. Memory grows with the number of damaged places alone.
 */
export async function verify(capture: Capture, work: FindWork): Promise<Verdict> {
  const gaps = await findGaps(capture, work);
  const { from, to } = gaps.records;
  const sum = new Sum();
  await scan(capture, { from, to }, (entries) => {
    work.signal.throwIfAborted();
    for (let i = 0; i < entries.count; i++) {
      const damage = gaps.of(entries, i);
      if (damage !== null) sum.add(damage, entries.from + i);
    }
  });
  const { checkedFrom } = capture;
  const isUnchecked = (first: number, set: FileSet): boolean =>
    first < checkedFrom[set.prefix] * set.fileBytes;
  const hasUnchecked =
    isUnchecked(capture.firstByte(indexFiles), indexFiles) ||
    isUnchecked(capture.firstByte(dataFiles), dataFiles);
  return {
    ...sum.verdict,
    records: Math.max(0, to - from),
    bytes: gaps.bytes,
    hasUnchecked: gaps.bytes > 0 && hasUnchecked,
  };
}

/** The same with what showed when it was opened, and what is known of what lay beside it. Rejects as `verify`. */
export async function judge(
  capture: Capture,
  work: FindWork,
  beside: Pick<CaptureFacts, 'damagedLines' | 'isHeadDamaged'>,
): Promise<Verified> {
  const verdict = await verify(capture, work);
  return { verdict, facts: { ...capture.found, ...goneOf(capture), ...beside } };
}

class Sum {
  readonly #places = new Map<Damage, DamagedPlace>();
  #more = 0;
  #lastUnnamed: Damage | null = null;
  #records = 0;

  add(damage: Damage, sequence: number): void {
    this.#records++;
    const place = this.#placeOf(damage);
    if (place === null) return;
    place.records++;
    const last = place.stretches.at(-1);
    if (last?.last === sequence - 1) last.last = sequence;
    else if (place.stretches.length < mostStretches)
      place.stretches.push({ first: sequence, last: sequence });
  }

  get verdict(): Pick<Verdict, 'damagedRecords' | 'places' | 'morePlaces'> {
    const places = [...this.#places.values()].sort(
      (a, b) => rank(a) - rank(b) || compareText(a.file, b.file) || a.from - b.from,
    );
    return { damagedRecords: this.#records, places, morePlaces: this.#more };
  }

  /** Null for one too many. */
  #placeOf(damage: Damage): DamagedPlace | null {
    const known = this.#places.get(damage);
    if (known !== undefined) return known;
    if (this.#places.size === mostPlaces) {
      if (damage !== this.#lastUnnamed) this.#more++;
      this.#lastUnnamed = damage;
      return null;
    }
    const place = { ...damage, records: 0, stretches: [] };
    this.#places.set(damage, place);
    return place;
  }
}

const rank = ({ file }: Damage): number => (file.startsWith(indexFiles.prefix) ? 0 : 1);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
