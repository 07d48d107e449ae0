/** What is whole of a capture, written into another one. */
import type { Damage } from '../../../shared/failure.ts';
import { Annotations } from './annotations.ts';
import type { Page } from './checksums.ts';
import type { Capture } from './capture.ts';
import { dataFiles, kindOf, type Entries } from './format.ts';
import { findGaps, type FindWork } from './gaps.ts';
import { newStream, noStream, type Place } from './recorder.ts';
import { scan } from './scan.ts';
import { goneDetail } from './shortened.ts';

/** So much waits for the disk at most. */
const flushBytes = 16 * 2 ** 20;

/** `onDamage`: hears of each record that cannot be relied on. */
export type RepairOptions = {
  hasAnnotations?: boolean;
  onDamage?: (sequence: number, damage: Damage) => void;
};

/**
 * Copies the log of `source` into the empty `target`: in the place of each record that cannot be relied on stands a note
 * that says so, and records keep their numbers, less those that were cleared. What a person said of records comes with
 * them, unless it is to be left out. Rejects with the target's error, and with the signal's reason.
 */
export async function repair(
  source: Capture,
  target: Capture,
  work: FindWork,
  { hasAnnotations = true, onDamage }: RepairOptions = {},
): Promise<void> {
  const data = new CopiedData(target);
  const gaps = await findGaps(source, work, (block, page) => data.copy(block, page));
  const { from, to } = gaps.records;
  const gone = from === source.oldest ? source.gone : null;
  const first = gone === null ? from : source.cleared;
  if (gone !== null) target.recordDetail(noStream, goneDetail(gone), gone.time);
  const earlier = new Map<number, number>();
  const streamOf = renumbered(target, first, earlier);
  await scan(source, { from, to }, async (entries) => {
    work.signal.throwIfAborted();
    for (let i = 0; i < entries.count; i++) {
      const damage = gaps.of(entries, i);
      if (damage !== null) onDamage?.(entries.from + i, damage);
      copyRecord(target, data, entries, i, damage, streamOf);
    }
    if (entries.count > 0) await target.flush();
  });
  if (gone !== null) target.goOnFrom(gone, openingsOf(source, earlier));
  if (hasAnnotations) await copyAnnotations(source, target, first);
}

/** What is known of connections whose first record went, under their new numbers. */
function openingsOf(source: Capture, earlier: ReadonlyMap<number, number>): Map<number, Uint8Array> {
  const known = [...earlier].map(([from, to]) => [to, source.openings.get(from)] as const);
  return new Map(known.flatMap(([to, detail]) => (detail === undefined ? [] : [[to, detail]])));
}

function copyRecord(
  target: Capture,
  data: CopiedData,
  entries: Entries,
  i: number,
  damage: Damage | null,
  streamOf: (stream: number) => number,
): void {
  const [kind, length] = [kindOf(entries.kind(i)), entries.length(i)];
  const stream = entries.isDamaged(i) ? noStream : streamOf(entries.stream(i));
  if (damage === null)
    return void target.append(kind, stream, data.placeOf(entries.place(i), length), length, entries.time(i));
  const { code, file, from, end } = damage;
  const detail = { kind: 'note', note: 'damaged', code, file, from, end, records: null } as const;
  target.recordDetail(stream, detail, entries.time(i));
}

/** Records get lower numbers; a connection that was opened before the log began has that of its first record in it, as `earlier` tells. */
function renumbered(target: Capture, from: number, earlier: Map<number, number>): (stream: number) => number {
  return (stream) => {
    if (stream === noStream || stream >= from) return stream === noStream ? stream : stream - from;
    const known = earlier.get(stream);
    if (known === undefined) earlier.set(stream, target.length);
    return known ?? newStream;
  };
}

async function copyAnnotations(source: Capture, target: Capture, from: number): Promise<void> {
  const { list } = await Annotations.open(source);
  if (list.length === 0) return;
  const said = await Annotations.open(target);
  const isThere = ({ sequence }: { sequence: number }): boolean =>
    sequence >= from && sequence - from < target.length;
  await said.say(list.filter(isThere).map((each) => ({ ...each, sequence: each.sequence - from })));
}

/** Whole stretches of the source's bytes, one behind the other in the target. */
class CopiedData {
  readonly #target: Capture;
  readonly #from: Place[] = [];
  readonly #end: Place[] = [];
  readonly #to: Place[] = [];
  #waiting = 0;

  constructor(target: Capture) {
    this.#target = target;
  }

  async copy(block: number, { from, bytes }: Page): Promise<void> {
    const whole = bytes.subarray(from);
    if (whole.length === 0) return;
    const start = block * dataFiles.checkBytes + from;
    const to = this.#target.store(whole);
    if (this.#end.at(-1) === start) this.#end[this.#end.length - 1] = start + whole.length;
    else {
      this.#from.push(start);
      this.#end.push(start + whole.length);
      this.#to.push(to);
    }
    this.#waiting += whole.length;
    if (this.#waiting < flushBytes) return;
    this.#waiting = 0;
    await this.#target.flush();
  }

  /** Where bytes that are whole lie now. */
  placeOf(place: Place, length: number): Place {
    if (length === 0) return 0;
    let [low, high] = [0, this.#end.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#end[middle]! <= place) low = middle + 1;
      else high = middle;
    }
    return this.#to[low]! + place - this.#from[low]!;
  }
}
