/**
 * Expressions as tables: one step for each byte, whatever the bytes are. All of an automaton is made before it is used
 * (the subset construction), so that an expression whose table would be large is refused, and no stream can make it slow.
 */
import { FramingError } from '../problem.ts';
import type { ByteSet, Expression } from './tree.ts';

/** Where a match ends. */
export const accepted = -1;
/** Nothing that begins here can match any more. */
export const dead = -2;

export type Automaton = {
  /** Of each byte, the column of the table. */
  readonly columns: Uint8Array;
  readonly width: number;
  /** Rows of states, state 0 first: the next state, `accepted` or `dead`. */
  readonly table: Int32Array;
  /** Only where it goes on behind a match: states that are one. */
  readonly matches: ReadonlySet<number>;
};

const mostSteps = 2000;
const mostStates = 2000;
/** Of the construction: tens of milliseconds. */
const mostWork = 4_000_000;

/** One place in an expression: a set of bytes to be read, or a way on without reading. */
type Step = { set: ByteSet | null; to: number[] };

/**
 * `everywhere`: looks for the end of the first match, wherever that begins, and is `accepted` there. Else: reads
 * backwards from the end of a match, over all of the longest one. Throws a `FramingError` frame-expression-large.
 */
export function automatonOf(expression: Expression, direction: 'everywhere' | 'backwards'): Automaton {
  const isBackwards = direction === 'backwards';
  const steps: Step[] = [{ set: null, to: [] }];
  const first = addSteps(steps, expression, 0, isBackwards);
  return construct(steps, first, isBackwards);
}

const tooLarge = (): FramingError => new FramingError('frame-expression-large', 0, 0);

/** Step 0 is the end of the match. Returns the first step of `expression`, from which `next` follows. */
function addSteps(steps: Step[], expression: Expression, next: number, isBackwards: boolean): number {
  const add = (step: Step): number => {
    if (steps.length >= mostSteps) throw tooLarge();
    return steps.push(step) - 1;
  };
  switch (expression.type) {
    case 'set':
      return add({ set: expression.set, to: [next] });
    case 'either':
      return add({ set: null, to: expression.parts.map((part) => addSteps(steps, part, next, isBackwards)) });
    case 'sequence': {
      const parts = isBackwards ? expression.parts : expression.parts.toReversed();
      return parts.reduce((after, part) => addSteps(steps, part, after, isBackwards), next);
    }
    case 'repeat': {
      const { part, least, most } = expression;
      let after = next;
      if (most === Infinity) {
        const again: Step = { set: null, to: [next] };
        after = add(again);
        again.to.push(addSteps(steps, part, after, isBackwards));
      } else
        for (let times = least; times < most; times++)
          after = add({ set: null, to: [next, addSteps(steps, part, after, isBackwards)] });
      for (let times = 0; times < least; times++) after = addSteps(steps, part, after, isBackwards);
      return after;
    }
  }
}

function construct(steps: readonly Step[], first: number, isBackwards: boolean): Automaton {
  const { columns, samples } = columnsOf(steps);
  const width = samples.length;
  const begun = closureOf(steps, [first]);
  const known = new Map([[begun.join(), 0]]);
  const states = [begun];
  const rows: number[] = [];
  const matches = new Set<number>();
  let work = 0;
  const numberOf = (places: number[]): number => {
    const key = places.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    if (states.length >= mostStates) throw tooLarge();
    known.set(key, states.length);
    return states.push(places) - 1;
  };
  for (let state = 0; state < states.length; state++) {
    const places = states[state]!;
    if (places.includes(0)) matches.add(state);
    for (const byte of samples) {
      work += places.length + 1;
      if (work > mostWork) throw tooLarge();
      const to = places.flatMap((place) => (steps[place]!.set?.[byte] === 1 ? steps[place]!.to : []));
      const reached = closureOf(steps, isBackwards ? to : [...to, first]);
      const hasEnded = !isBackwards && reached.includes(0);
      rows.push(hasEnded ? accepted : reached.length === 0 ? dead : numberOf(reached));
    }
  }
  return { columns, width, table: Int32Array.from(rows), matches };
}

/** The steps that read a byte, and the end, that are reached without reading; sorted. */
function closureOf(steps: readonly Step[], from: readonly number[]): number[] {
  const seen = new Set<number>();
  const waiting = [...from];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const { set, to } = steps[place]!;
    if (set === null) waiting.push(...to);
  }
  return [...seen]
    .filter((place) => place === 0 || steps[place]!.set !== null)
    .sort((one, other) => one - other);
}

/** Bytes that every set takes alike share a column; `samples` has one byte of each. */
function columnsOf(steps: readonly Step[]): { columns: Uint8Array; samples: number[] } {
  const sets = [...new Set(steps.flatMap(({ set }) => (set === null ? [] : [set])))];
  const known = new Map<string, number>();
  const samples: number[] = [];
  const columns = Uint8Array.from({ length: 256 }, (_, byte) => {
    const key = sets.map((set) => set[byte]).join('');
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, samples.length);
    return samples.push(byte) - 1;
  });
  return { columns, samples };
}

/** The next state, or `accepted`. */
export const step = ({ columns, width, table }: Automaton, state: number, byte: number): number =>
  table[state * width + columns[byte]!]!;

/** Calls `ends` with the place behind each match, and begins anew there. Returns the state with which it goes on. */
export function findEnds(
  { columns, width, table }: Automaton,
  state: number,
  bytes: Uint8Array,
  ends: (at: number) => void,
): number {
  let current = state;
  for (let at = 0; at < bytes.length; at++) {
    current = table[current * width + columns[bytes[at]!]!]!;
    if (current !== accepted) continue;
    current = 0;
    ends(at + 1);
  }
  return current;
}

/** How many bytes the longest match has that ends with the last byte; 0 when there is none. */
export function lengthOfMatch({ columns, width, table, matches }: Automaton, bytes: Uint8Array): number {
  let state = 0;
  let longest = 0;
  for (let at = bytes.length - 1; at >= 0; at--) {
    state = table[state * width + columns[bytes[at]!]!]!;
    if (state < 0) break;
    if (matches.has(state)) longest = bytes.length - at;
  }
  return longest;
}
