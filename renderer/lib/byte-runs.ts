/** Rows of the hex view and lines of the text view as runs of characters that look alike. */
import { asUtf8, isTorn, stepIn, type TextReading } from '../../shared/encodings/reading.ts';
import { controlName } from '../../shared/show/characters.ts';
import type { ByteRange } from './hex-rows.ts';
import { formatByte, formatHex } from '../../shared/payload/format.ts';

/**
 * 'frame': a frame begins, where records are told apart too. 'here': a record begins that is joined to the one before it, a frame in a chunk, or a read in a frame. 'peer': what the
 * other end wrote begins.
 */
export type Edge = 'here' | 'peer' | 'frame';
export type Edges = ReadonlyMap<number, Edge>;
/** The cursor is a byte; the selection, never empty, goes from one byte to behind another. */
export type Marks = {
  selection: ByteRange;
  cursor: number;
  edges: Edges;
  /** What was looked for. */
  found?: readonly ByteRange[];
};
/** `edge`: it begins with one. */
export type HexRun = {
  text: string;
  selected: boolean;
  cursor: boolean;
  faint: boolean;
  found: boolean;
  edge: Edge | null;
};

/** Two may stand at one place: then the later one of these shows. */
export const edgesAt = (
  here: readonly number[],
  peer: readonly number[] = [],
  frames: readonly number[] = [],
): Edges =>
  new Map([
    ...here.map((at) => [at, 'here'] as const),
    ...peer.map((at) => [at, 'peer'] as const),
    ...frames.map((at) => [at, 'frame'] as const),
  ]);
export const noEdges = edgesAt([]);

const isIn = ({ selection }: Marks, offset: number): boolean =>
  offset >= selection.start && offset < selection.end;

const isFound = ({ found = [] }: Marks, start: number, end = start + 1): boolean =>
  found.some((range) => range.start < end && start < range.end);

function edgeIn({ edges }: Marks, start: number, length: number): Edge | null {
  for (let at = start; at < start + length; at++) {
    const edge = edges.get(at);
    if (edge !== undefined) return edge;
  }
  return null;
}

/** `7B 22 74`: between two selected bytes the blank is selected too, so that a selection looks whole. */
export function hexRuns(bytes: Uint8Array, offset: number, marks: Marks): HexRun[] {
  const runs: HexRun[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const selected = isIn(marks, offset + i);
    const cursor = offset + i === marks.cursor;
    const edge = marks.edges.get(offset + i) ?? null;
    const last = runs.at(-1);
    const text = formatByte(bytes[i]!);
    const found = isFound(marks, offset + i);
    const own = { selected, cursor, faint: false, found, edge };
    const blank = {
      selected: selected && (last?.selected ?? false),
      cursor: false,
      faint: false,
      found: found && (last?.found ?? false),
      edge: null,
    };
    const isLike = (one: { selected: boolean; found: boolean }, other: typeof one) =>
      one.selected === other.selected && one.found === other.found;
    if (!last) runs.push({ ...own, text });
    else if (isLike(last, own) && !last.cursor && !cursor && !edge) last.text += ` ${text}`;
    else if (!last.cursor && isLike(last, blank)) {
      last.text += ' ';
      runs.push({ ...own, text });
    } else if (!cursor && !edge && isLike(own, blank)) runs.push({ ...own, text: ` ${text}` });
    else runs.push({ ...blank, text: ' ' }, { ...own, text });
  }
  return runs;
}

/** One character per byte: printable ASCII as it is, a dot for the rest. */
export function asciiRuns(bytes: Uint8Array, offset: number, marks: Marks): HexRun[] {
  const runs: HexRun[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const selected = isIn(marks, offset + i);
    const cursor = offset + i === marks.cursor;
    const faint = bytes[i]! < 0x20 || bytes[i]! > 0x7e;
    const edge = marks.edges.get(offset + i) ?? null;
    const text = faint ? '·' : String.fromCharCode(bytes[i]!);
    const own = { text, selected, cursor, faint, found: isFound(marks, offset + i), edge };
    const last = runs.at(-1);
    if (last && !edge && isAlike(last, own)) last.text += text;
    else runs.push(own);
  }
  return runs;
}

const isAlike = (one: HexRun, other: HexRun): boolean =>
  one.selected === other.selected &&
  one.cursor === other.cursor &&
  one.faint === other.faint &&
  one.found === other.found;

export type TextRun = {
  type: 'text' | 'control' | 'malformed' | 'torn';
  text: string;
  /** Place of its first byte in the payload. */
  start: number;
  length: number;
  selected: boolean;
  cursor: boolean;
  found: boolean;
  /** One begins with it, or within its character. */
  edge: Edge | null;
  /** A line ends behind it. */
  lineEnd: boolean;
};

/**
 * Bytes from `offset` of a payload of `length`, which begin and end between characters, as text with controls and malformed
 * bytes by name.
 */
export function textRuns(
  bytes: Uint8Array,
  offset: number,
  marks: Marks,
  reading: TextReading = asUtf8,
  length = Infinity,
): TextRun[] {
  const inside = { ...reading, before: offset === 0 ? reading.before : asUtf8.before };
  const runs: TextRun[] = [];
  for (let at = 0; at < bytes.length;) {
    const step = stepIn(bytes, at, inside);
    const start = offset + at;
    const name = step.ok ? controlName(step.codePoint) : formatHex(bytes.subarray(at, at + step.length));
    const selected = marks.selection.start < start + step.length && start < marks.selection.end;
    const cursor = marks.cursor >= start && marks.cursor < start + step.length;
    const found = isFound(marks, start, start + step.length);
    const edge = edgeIn(marks, start, step.length);
    const last = runs.at(-1);
    const own = { start, length: step.length, selected, cursor, found, edge };
    if (step.ok && name === null) {
      const text = String.fromCodePoint(step.codePoint);
      const isSame = last?.type === 'text' && last.selected === selected && last.found === found;
      if (isSame && !last.cursor && !cursor && !edge) {
        last.text += text;
        last.length += step.length;
      } else runs.push({ ...own, type: 'text', text, lineEnd: false });
    } else {
      const lineEnd = step.ok && step.codePoint === 10;
      const torn = isTorn(step, start + step.length, length, reading);
      const type = step.ok ? 'control' : torn ? 'torn' : 'malformed';
      runs.push({ ...own, type, text: torn ? `${name}…` : (name ?? ''), lineEnd });
    }
    at += step.length;
  }
  return runs;
}
