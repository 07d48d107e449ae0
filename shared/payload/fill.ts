/** Makes the bytes of a message of its parts, each time it is sent. */
import { FailureError } from '../failure.ts';
import { PlacedError } from './bind.ts';
import { bareContext, type FillContext } from './context.ts';
import type { Value } from './functions/value.ts';
import { joinBytes } from './join.ts';
import type { Insert, Part, PayloadProblem, Scope } from './parts.ts';

/** A length that is written in digits can be one longer for its own sake; one that goes on growing is refused. */
const mostRounds = 8;

export const isBytes = (part: Part): part is Uint8Array<ArrayBuffer> => part instanceof Uint8Array;
export const isInsert = (part: Part): part is Insert => 'keeps' in part;
/** It asks for other parts of the message. */
const asks = ({ parts, sizes }: Insert): boolean => parts.length + sizes.length > 0;

/** Where each part that has a name stands: from one place among the parts to before another. */
export function rangesOf(parts: readonly Part[]): ReadonlyMap<string, readonly [from: number, end: number]> {
  const ranges = new Map<string, [number, number]>();
  parts.forEach((part, place) => {
    if (isBytes(part)) return;
    if (isInsert(part)) {
      if (part.keeps !== null) ranges.set(part.keeps, [place, place + 1]);
    } else if (part.mark === 'open') ranges.set(part.name, [place, place]);
    else {
      const range = ranges.get(part.name);
      if (range !== undefined) range[1] = place;
    }
  });
  return ranges;
}

/** What cannot be made, whatever is around: values that do not fit, and parts that need each other's bytes. */
export function problemsOf(parts: readonly Part[]): PayloadProblem[] {
  const inserts = parts.filter((part): part is Insert => isInsert(part));
  const problems: PayloadProblem[] = [];
  let size = 0;
  for (const insert of inserts.filter(({ isFixed }) => isFixed)) {
    try {
      size += insert.bytes(bareScope).length;
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
      problems.push(error.problem);
    }
    if (size > bareContext.mostBytes) return [...problems, placedAt(insert, 'value-too-long')];
  }
  const asking = inserts.filter(({ parts: needed }) => needed.length > 0);
  const beyond = asking[mostAsking];
  if (beyond !== undefined) return [...problems, placedAt(beyond, 'part-too-many')];
  const circle = asking.find(circleIn(parts));
  return circle === undefined ? problems : [...problems, placedAt(circle, 'part-circle')];
}
/** Inserts that need others' bytes: each may need those of all the others, one in another. */
const mostAsking = 1000;

/** Whether what an insert needs leads back to it by way of another; its own bytes do not count. Each is looked at once. */
function circleIn(parts: readonly Part[]): (insert: Insert) => boolean {
  const ranges = rangesOf(parts);
  const asking = parts.flatMap((part, place) =>
    isInsert(part) && part.parts.length > 0 ? [{ part, place }] : [],
  );
  const looked = new Map<Insert, 'under way' | 'none'>();
  const isCircle = (insert: Insert): boolean => {
    const known = looked.get(insert);
    if (known !== undefined) return known === 'under way';
    looked.set(insert, 'under way');
    const leadsBack = insert.parts.some((name) => {
      const [from, end] = ranges.get(name) ?? [0, 0];
      return asking.some(
        ({ part, place }) => place >= from && place < end && part !== insert && isCircle(part),
      );
    });
    looked.set(insert, 'none');
    return leadsBack;
  };
  return isCircle;
}

const placedAt = ({ start, end }: Insert, code: PayloadProblem['code']): PayloadProblem => ({
  start,
  end,
  code,
});

const bareScope: Scope = {
  context: bareContext,
  shared: new Map(),
  part: () => new Uint8Array(),
  size: () => 0,
};

/** Where each part of a message lies in its bytes; marks have none. */
export type Filled = { bytes: Uint8Array<ArrayBuffer>; ends: readonly number[] };

/** A call, or the mark of a part: where it is written, and which bytes are its own. `changes`: others in each message. */
export type PlacedPart = { from: number; to: number; start: number; end: number; changes: boolean };

/** In their order. Both marks of a part have all of its bytes. */
export function placesOf(parts: readonly Part[], ends: readonly number[]): PlacedPart[] {
  const ranges = rangesOf(parts);
  const endBefore = (place: number): number => ends[place - 1] ?? 0;
  return parts.flatMap((part, place) => {
    // What stands around a message has no place in its text: its fields are told of, its bounds are not.
    if (isBytes(part) || (!isInsert(part) && part.start < 0)) return [];
    const isCall = isInsert(part);
    const [first, last] = isCall ? [place, place + 1] : ranges.get(part.name)!;
    const own = { from: part.start, to: part.end, start: endBefore(first), end: endBefore(last) };
    return [{ ...own, changes: isCall && !part.isFixed }];
  });
}

/** Throws a FailureError where it becomes too long, or a function cannot take what it is given. */
export function fillParts(parts: readonly Part[], given: FillContext): Filled {
  try {
    return new Filling(parts, given).whole();
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    const { code, start } = error.problem;
    throw new FailureError({ code: 'MESSAGE_NOT_MADE', why: { name: 'unreadable', problem: code, start } });
  }
}

class Filling {
  readonly #parts: readonly Part[];
  readonly #ranges: ReturnType<typeof rangesOf>;
  readonly #made: (Uint8Array | null)[];
  readonly #context: FillContext;
  readonly #shared = new Map<string, Value>();
  /** Of inserts that ask for others, before their bytes are known. */
  readonly #sizes: number[] = [];
  #size = 0;

  constructor(parts: readonly Part[], given: FillContext) {
    this.#parts = parts;
    this.#ranges = rangesOf(parts);
    this.#made = parts.map(() => null);
    const counts = new Map<string, number>();
    this.#context = {
      ...given,
      next: (counter, per) => {
        if (per !== 'message') return given.next(counter, per);
        const before = counts.get(counter) ?? 0;
        counts.set(counter, before + 1);
        return before;
      },
    };
  }

  whole(): Filled {
    // What asks for nothing is made first, once.
    for (const [place] of this.#inserts((insert) => !asks(insert))) this.#make(place);
    this.#settle(this.#inserts(asks).map(([place]) => place));
    const pieces = this.#parts.map((part, place) => (isBytes(part) ? part : (this.#made[place] ?? nothing)));
    let end = 0;
    return { bytes: joinBytes(pieces), ends: pieces.map(({ length }) => (end += length)) };
  }

  #inserts(which: (insert: Insert) => boolean): [place: number, insert: Insert][] {
    return this.#parts.flatMap((part, place): [number, Insert][] =>
      isInsert(part) && which(part) ? [[place, part]] : [],
    );
  }

  /** What asks for others is made with the sizes of the last round, until all have just those. */
  #settle(asking: readonly number[]): void {
    const before = this.#size;
    for (const place of asking) this.#sizes[place] = 0;
    for (let round = 0; round < mostRounds; round++) {
      this.#size = before;
      for (const place of asking) this.#made[place] = null;
      for (const place of asking) this.#bytesAt(place);
      if (asking.every((place) => this.#made[place]!.length === this.#sizes[place])) return;
      for (const place of asking) this.#sizes[place] = this.#made[place]!.length;
    }
    throw tooLong();
  }

  #make(place: number): Uint8Array {
    const bytes = (this.#parts[place] as Insert).bytes(this.#scope(place));
    this.#made[place] = bytes;
    this.#size += bytes.length;
    if (this.#size > this.#context.mostBytes) throw tooLong();
    return bytes;
  }

  #bytesAt(place: number): Uint8Array {
    return this.#made[place] ?? this.#make(place);
  }

  /** For the insert at a place, whose own bytes are zeros as long as they are made. */
  #scope(asker: number): Scope {
    const bytesOf = (part: Part, place: number): Uint8Array => {
      if (isBytes(part)) return part;
      if (!isInsert(part)) return nothing;
      return place === asker ? new Uint8Array(this.#sizes[place]!) : this.#bytesAt(place);
    };
    const sizeOf = (part: Part, place: number): number => {
      if (isBytes(part)) return part.length;
      if (!isInsert(part)) return 0;
      return asks(part) ? this.#sizes[place]! : this.#made[place]!.length;
    };
    /** In the order of the message. */
    const each = <T>(name: string, of: (part: Part, place: number) => T): T[] => {
      const [from, end] = this.#ranges.get(name)!;
      return this.#parts.slice(from, end).map((part, index) => of(part, from + index));
    };
    return {
      context: this.#context,
      shared: this.#shared,
      part: (name) => joinBytes(each(name, bytesOf)),
      size: (name) => each(name, sizeOf).reduce((sum, size) => sum + size, 0),
    };
  }
}

const nothing = new Uint8Array();
const tooLong = (): FailureError => new FailureError({ code: 'REPLY_TOO_LONG' });
