/** Makes the bytes of a message of its parts, each time it is sent. */
import { FailureError } from '../failure.ts';
import { PlacedError } from './bind.ts';
import { bareContext, type FillContext } from './context.ts';
import type { Value } from './functions/value.ts';
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
  const inserts = parts.filter((part): part is Insert => !isBytes(part) && isInsert(part));
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
  const ranges = rangesOf(parts);
  const isCircle = (insert: Insert, seen: readonly Insert[]): boolean =>
    insert.parts.some((name) => {
      const [from, end] = ranges.get(name) ?? [0, 0];
      return parts.slice(from, end).some((part) => {
        if (isBytes(part) || !isInsert(part) || part === seen.at(-1) || part.parts.length === 0) return false;
        return seen.includes(part) || isCircle(part, [...seen, part]);
      });
    });
  for (const insert of inserts.filter(({ parts: needed }) => needed.length > 0).slice(0, mostAsking))
    if (isCircle(insert, [insert])) return [...problems, placedAt(insert, 'part-circle')];
  return problems;
}
/** Inserts that need others' bytes. */
const mostAsking = 100;

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

/** What is made anew each time, by its bytes. */
export const changingRanges = (
  parts: readonly Part[],
  ends: readonly number[],
): { start: number; end: number }[] =>
  parts.flatMap((part, place) =>
    !isBytes(part) && isInsert(part) && !part.isFixed
      ? [{ start: ends[place - 1] ?? 0, end: ends[place]! }]
      : [],
  );

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
    const asking = this.#inserts(asks);
    // What others ask for is made first, once.
    for (const [place] of this.#inserts((insert) => !asks(insert))) this.#make(place);
    this.#measure(asking);
    for (const [place] of asking) this.#make(place);
    const pieces = this.#parts.map((part, place) => (isBytes(part) ? part : (this.#made[place] ?? nothing)));
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let end = 0;
    const ends = pieces.map((piece) => {
      bytes.set(piece, end);
      return (end += piece.length);
    });
    return { bytes, ends };
  }

  #inserts(which: (insert: Insert) => boolean): [place: number, insert: Insert][] {
    return this.#parts.flatMap((part, place): [number, Insert][] =>
      !isBytes(part) && isInsert(part) && which(part) ? [[place, part]] : [],
    );
  }

  /** Until no size changes any more. */
  #measure(asking: readonly [number, Insert][]): void {
    for (const [place] of asking) this.#sizes[place] = 0;
    for (let round = 0; ; round++) {
      let isSame = true;
      for (const [place, insert] of asking) {
        const { length } = insert.bytes(this.#scope(() => zeros));
        if (length !== this.#sizes[place]) isSame = false;
        this.#sizes[place] = length;
      }
      if (isSame) return;
      if (round === mostRounds) throw tooLong();
    }
  }

  #make(place: number): Uint8Array {
    const part = this.#parts[place] as Insert;
    // Its own bytes are zeros as long as they are made.
    const bytes = part.bytes(this.#scope((asked) => (asked === place ? zeros : this.#bytesAt(asked))));
    this.#made[place] = bytes;
    this.#size += bytes.length;
    if (this.#size > this.#context.mostBytes) throw tooLong();
    return bytes;
  }

  #bytesAt(place: number): Uint8Array {
    return this.#made[place] ?? this.#make(place);
  }

  /** `bytesOf`: what stands for an insert that asks for others. */
  #scope(bytesOf: (place: number) => Uint8Array | typeof zeros): Scope {
    const pieceAt = (place: number): Uint8Array => {
      const part = this.#parts[place]!;
      if (isBytes(part)) return part;
      if (!isInsert(part)) return nothing;
      const bytes = asks(part) ? bytesOf(place) : this.#made[place]!;
      return bytes === zeros ? new Uint8Array(this.#sizes[place]!) : bytes;
    };
    const pieces = (name: string): Uint8Array[] => {
      const [from, end] = this.#ranges.get(name)!;
      return Array.from({ length: end - from }, (_, index) => pieceAt(from + index));
    };
    return {
      context: this.#context,
      shared: this.#shared,
      part: (name) => joined(pieces(name)),
      size: (name) => {
        const [from, end] = this.#ranges.get(name)!;
        let size = 0;
        for (let place = from; place < end; place++) {
          const part = this.#parts[place]!;
          if (isBytes(part)) size += part.length;
          else if (isInsert(part)) size += asks(part) ? this.#sizes[place]! : this.#made[place]!.length;
        }
        return size;
      },
    };
  }
}

const zeros = null;
const nothing = new Uint8Array();

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const tooLong = (): FailureError => new FailureError({ code: 'REPLY_TOO_LONG' });
