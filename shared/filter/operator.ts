/** A key of filters: what it takes, and what of a record it looks at. */
import type { Annotation } from '../annotations.ts';
import type { Decoded } from '../decoding/decoded.ts';
import type { EncodingId } from '../encodings/encodings.ts';
import type { RowFrame } from '../frames.ts';
import type { BytePattern, Matches } from '../payload/matching.ts';
import type { PayloadProblemCode } from '../payload/parts.ts';
import type { RecordKind } from '../records.ts';
import type { Comparison, FilterValue } from './language.ts';

/** A promise only where something has to be read first. */
export type Verdict = boolean | Promise<boolean>;

/**
 * Bytes, one of many forms of them, or text that an expression matches, which looks for all of them (`g`); bytes with an
 * expression are there where both are: they may be parts of other characters.
 */
export type SoughtOverEdge =
  | { pattern: BytePattern; anyCase: boolean; regex?: RegExp }
  | { length: number; occurs: Matches }
  | { regex: RegExp };

/** A record, as a filter sees it. What costs a reading is a function, called only when something asks for it. */
export type FilterSubject = {
  readonly kind: RecordKind;
  /** The number of its connection; null: it belongs to none. */
  readonly connection: number | null;
  /** Bytes of what was sent or received. */
  readonly length: number;
  /** Milliseconds since the epoch; `previous`: of the record, or the row, before it, be it filtered out; null where there is none. */
  readonly time: number;
  readonly previous: number | null;
  /** What is said of a frame; null: it is a record. */
  readonly frame: Pick<RowFrame, 'mark' | 'why'> | null;
  /** What a person said of it; null, missing: nothing. */
  readonly annotation?: Annotation | null;
  /** What its bytes are read in; default UTF-8. */
  readonly encoding?: EncodingId;
  /**
   * Of what was sent or received: whether a piece of its bytes passes. A long payload comes in pieces that overlap.
   * `isWhole`: the first begins with a character, be it one that the payload before began.
   */
  somePiece(passes: (bytes: Uint8Array) => boolean, isWhole?: boolean): Verdict;
  /**
   * Of a payload of a stream: whether that begins in what went the same way before it and ends in it; missing: not. `run`:
   * of who bounds the time of an expression, has it looked.
   */
  overEdge?(sought: SoughtOverEdge, run?: (look: () => boolean) => boolean): Verdict;
  /** Of everything else: whether what the log says of it passes, in any form. */
  someSentence(passes: (sentence: string) => boolean): Verdict;
  /** Whether the other end passes, by its address and by what a person calls it ('' for no name); false where there is none. */
  somePeer(passes: (address: string, name: string) => boolean): Verdict;
  /** Whether what a decoder makes of its bytes passes; false of what is none, and where nothing decodes them. */
  someDecoded(passes: (decoded: Decoded) => boolean): Verdict;
};

export type FilterTest = (subject: FilterSubject) => Verdict;
export type FilterValueCode =
  | 'filter-expression'
  | 'filter-hex-empty'
  | 'filter-no-comparison'
  | 'filter-no-expression'
  | 'filter-not-a-duration'
  | 'filter-not-a-number'
  | 'filter-not-a-size'
  | 'filter-not-a-time'
  | 'filter-not-that-number'
  | 'filter-choice'
  | PayloadProblemCode;
/** `choices`: what may stand there instead. `message`: what the expression's own reader says. Places are of the value. */
export type FilterValueProblem = {
  code: FilterValueCode;
  choices?: readonly string[];
  message?: string;
  start?: number;
  end?: number;
};

export type FilterOperator = {
  /** '' is a word that stands alone. */
  readonly key: string;
  /** 'index': what the index has, which costs no reading of bytes. */
  readonly reads: 'index' | 'content';
  /** Words that it takes, or begins with; left out where it takes anything of a kind. */
  readonly choices?: readonly string[];
  /** What a value goes on with behind blanks. */
  readonly continues?: RegExp;
  /** Whether this value asks what a person said of a record; missing: none does. */
  asksAnnotation?(text: string): boolean;
  /** A test for one value, or what is wrong with it. */
  read(value: FilterValue, comparison: Comparison): FilterTest | FilterValueProblem;
};
