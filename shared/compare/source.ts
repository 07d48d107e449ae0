/** What is compared: a record, a frame, a selection of their bytes, several of them joined, or a connection. Tabs name two. */
import type { EndpointId } from '../domain.ts';
import type { FrameRef } from '../frames.ts';

/** A record, or a stretch of its stream. */
export type ComparePart = { sequence: number; frame: FrameRef | null };

export type CompareSource = ComparePart & {
  endpoint: EndpointId;
  /** `sequence`: the first record; of a connection the record that opened it. */
  kind: 'record' | 'connection' | 'several';
  /** What follows the first of several, each joined to those of its direction. */
  more: readonly ComparePart[];
  /** From the first to before the last byte; null: all of them. */
  selection: { start: number; end: number } | null;
};

/** Parts of several. */
export const mostParts = 200;

const part = String.raw`\d{1,12}(?:\.\d{1,10}\.\d{1,12}\.\d{1,10})?`;
const form = String.raw`e[0-9a-f]{12}/(?:r${part}|c\d{1,12}|s${part}(?:\+${part}){0,${mostParts - 1}})(?:@\d{1,10}-\d{1,10})?`;
export const comparePattern = new RegExp(`^compare:${form}~${form}$`);

const letters = { record: 'r', connection: 'c', several: 's' } as const;

/**
 * `e0123456789ab/r12`: a record; `…/r12.0.14.9`: a frame from its byte 0 up to record 14, of 9 bytes; `…/c5`; `…/s12+14`:
 * both joined; `…@4-9`.
 */
export function formatSource(source: CompareSource): string {
  const { endpoint, kind, more, selection } = source;
  const parts = [source, ...more].map(({ sequence, frame }) =>
    frame === null ? `${sequence}` : `${sequence}.${frame.within}.${frame.last}.${frame.length}`,
  );
  const range = selection === null ? '' : `@${selection.start}-${selection.end}`;
  return `${endpoint}/${letters[kind]}${parts.join('+')}${range}`;
}

/** `of`: two of them, as `formatSource` writes them, with `~` between. Null for anything else. */
export function readSources(of: string): [CompareSource, CompareSource] | null {
  if (!comparePattern.test(`compare:${of}`)) return null;
  const [a, b] = of.split('~').map(sourceOf);
  return [a!, b!];
}

function sourceOf(text: string): CompareSource {
  const [endpoint, rest] = text.split('/') as [string, string];
  const [parts, range] = rest.slice(1).split('@') as [string, string?];
  const [first, ...more] = parts.split('+').map(partOf);
  const [start, end] = range?.split('-').map(Number) ?? [];
  const kind = rest[0] === 'r' ? 'record' : rest[0] === 'c' ? 'connection' : 'several';
  return {
    ...{ ...first!, endpoint, kind, more },
    selection: start === undefined ? null : { start, end: end! },
  };
}

function partOf(text: string): ComparePart {
  const [sequence, within, last, length] = text.split('.').map(Number) as [number, number?, number?, number?];
  const frame = within === undefined ? null : { sequence, within, last: last!, length: length! };
  return { sequence, frame };
}
