/** Where things lie in a sequence diagram, in pixels: one layout for the window and for the file. */
import type { Direction } from '../domain.ts';
import type { RecordDetail } from '../records.ts';
import { directionOf } from '../show/directions.ts';
import type { LaneRecord } from './lanes.ts';

export const rowHeight = 30;
export const headHeight = 32;
/** Of the fixed-width font that labels are drawn in. */
export const fontSize = 12;
const characterWidth = 7.25;

/** Where the clock begins, and where the time since the row above ends. */
export const times = { clock: 12, after: 176 } as const;
const ownPlace = 236;
/** From one lane to the next: room for a short text at least, and near enough to be seen together at most. */
const [leastGap, mostGap] = [190, 420];
/** Right of the last lane: half of its name. */
const besideLast = 104;

/** `own`: of this side. */
export type Places = { own: number; lanes: readonly number[]; gap: number; width: number };

/** `wanted`: the width that there is. */
export function placesOf(lanes: number, wanted: number): Places {
  const room = (wanted - ownPlace - besideLast) / Math.max(1, lanes);
  const gap = Math.round(Math.min(mostGap, Math.max(leastGap, room)));
  const width = Math.max(wanted, ownPlace + gap * lanes + besideLast);
  return {
    own: ownPlace,
    lanes: Array.from({ length: lanes }, (_, at) => ownPlace + gap * (at + 1)),
    gap,
    width,
  };
}

/** Characters of a lane's name. */
export const nameRoom = Math.floor((2 * besideLast) / characterWidth) - 1;

export type MarkSign = 'opened' | 'half' | 'closed' | 'failed' | 'note';

/** Heights count from the top of the row. `room`: characters. */
export type DrawnRow = {
  look: Direction;
  /** Dashed where it carried no bytes of a message. */
  arrow: { from: number; to: number; isDashed: boolean } | null;
  mark: { x: number; sign: MarkSign } | null;
  label: { x: number; y: number; anchor: 'start' | 'middle' | 'end'; room: number };
};

/** Of arrows and marks. */
export const lineAt = 20;
const [aboveLine, besideLine] = [13, lineAt + 4];
const [markRadius, besideMark] = [4, 12];

/** `lane`: null for this side itself. */
export function drawnRow(
  { kind, detail }: Pick<LaneRecord, 'kind' | 'detail'>,
  lane: number | null,
  places: Places,
): DrawnRow {
  const { own } = places;
  const { way, sign } =
    detail === null
      ? { way: kind === 'sent' ? ('out' as const) : ('in' as const), sign: null }
      : eventOf(detail);
  const look = sign === 'failed' ? 'failure' : directionOf(kind);
  if (lane === null) {
    const label = {
      x: own + besideMark,
      y: besideLine,
      anchor: 'start',
      room: roomOf(Math.max(places.gap, leastGap) - besideMark),
    } as const;
    return { look, arrow: null, mark: { x: own, sign: sign ?? 'note' }, label };
  }
  const x = places.lanes[lane]!;
  const mark = sign === null ? null : { x, sign };
  if (way === null) {
    const label = {
      x: x - besideMark,
      y: besideLine,
      anchor: 'end',
      room: roomOf(x - own - 2 * besideMark),
    } as const;
    return { look, arrow: null, mark, label };
  }
  const end = mark === null ? x : x - markRadius - 2;
  const isDashed = detail !== null;
  return {
    look,
    arrow: way === 'out' ? { from: own, to: end, isDashed } : { from: end, to: own, isDashed },
    mark,
    label: { x: (own + x) / 2, y: aboveLine, anchor: 'middle', room: roomOf(x - own - 2 * besideMark) },
  };
}

const roomOf = (pixels: number): number => Math.floor(pixels / characterWidth);

/** Which way something went on the wire because of it, and how it is marked. */
function eventOf(detail: RecordDetail): { way: 'out' | 'in' | null; sign: MarkSign } {
  const by = (who: 'us' | 'peer') => (who === 'us' ? ('out' as const) : ('in' as const));
  switch (detail.kind) {
    case 'opened':
      if (detail.carried || detail.socket === 'datagram') return { way: null, sign: 'opened' };
      return { way: detail.origin === 'initiated' ? 'out' : 'in', sign: 'opened' };
    case 'half-closed':
      return { way: by(detail.by), sign: 'half' };
    case 'closed':
      // Where both have finished, nothing is said any more.
      if (detail.how === 'finish') return { way: null, sign: 'closed' };
      return { way: by(detail.by), sign: detail.how === 'reset' ? 'failed' : 'closed' };
    case 'failed':
      return { way: detail.code === 'ECONNRESET' && detail.during === 'open' ? 'in' : null, sign: 'failed' };
    case 'attempted':
      if (detail.outcome === 'connected' || detail.outcome === 'abandoned')
        return { way: null, sign: 'note' };
      return { way: 'out', sign: 'failed' };
    default:
      return { way: null, sign: 'note' };
  }
}

/** As path data of SVG: the head apart, which is never dashed. */
export function arrowPaths(
  { from, to }: { from: number; to: number },
  y = lineAt,
): { shaft: string; head: string } {
  const back = to + (to > from ? -7 : 7);
  return { shaft: `M${from} ${y}H${to}`, head: `M${back} ${y - 4}L${to} ${y}L${back} ${y + 4}` };
}

/** `fill` and `line`: path data, '' for none. */
export function markPaths(
  { x, sign }: { x: number; sign: MarkSign },
  y = lineAt,
): { fill: string; line: string } {
  const circle = (radius: number) =>
    `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
  const r = markRadius;
  switch (sign) {
    case 'opened':
      return { fill: circle(r), line: '' };
    case 'half':
      return { fill: `M${x} ${y - r}a${r} ${r} 0 1 0 0 ${2 * r}z`, line: circle(r) };
    case 'closed':
      return { fill: '', line: circle(r) };
    case 'failed':
      return { fill: '', line: `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}` };
    case 'note':
      return { fill: circle(2), line: '' };
  }
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** As much of a text as there is room for; a character of East Asia takes two places. */
export function fitted(text: string, room: number): string {
  const shown: string[] = [];
  let used = 0;
  for (const character of text) {
    used += wide.test(character) ? 2 : 1;
    if (used > room) return `${shown.slice(0, -1).join('')}…`;
    shown.push(character);
  }
  return text;
}
