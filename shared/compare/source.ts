/** What is compared: a record, a frame, a selection of their bytes, or a connection. Tabs name two of them. */
import type { EndpointId } from '../domain.ts';
import type { FrameRef } from '../frames.ts';

export type CompareSource = {
  endpoint: EndpointId;
  /** Its first record; of a connection the record that opened it. */
  sequence: number;
  kind: 'record' | 'connection';
  frame: FrameRef | null;
  /** From the first to before the last byte; null: all of them. */
  selection: { start: number; end: number } | null;
};

const form = String.raw`(e[0-9a-f]{12})/(?:r(\d{1,12})(?:\.(\d{1,10})\.(\d{1,12})\.(\d{1,10}))?|c(\d{1,12}))(?:@(\d{1,10})-(\d{1,10}))?`;
export const comparePattern = new RegExp(`^compare:${form}~${form}$`);

/** `e0123456789ab/r12`: a record; `…/r12.0.14.9`: a frame from its byte 0 up to record 14, of 9 bytes; `…/c5`; `…@4-9`. */
export function formatSource({ endpoint, sequence, kind, frame, selection }: CompareSource): string {
  const own = frame === null ? '' : `.${frame.within}.${frame.last}.${frame.length}`;
  const part = selection === null ? '' : `@${selection.start}-${selection.end}`;
  return `${endpoint}/${kind === 'record' ? 'r' : 'c'}${sequence}${own}${part}`;
}

/** `of`: two of them, as `formatSource` writes them, with `~` between. Null for anything else. */
export function readSources(of: string): [CompareSource, CompareSource] | null {
  const found = comparePattern.exec(`compare:${of}`);
  if (found === null) return null;
  return [sourceOf(found.slice(1, 9)), sourceOf(found.slice(9, 17))];
}

function sourceOf([endpoint, record, within, last, length, connection, start, end]: (
  string | undefined
)[]): CompareSource {
  const sequence = Number(record ?? connection);
  return {
    endpoint: endpoint!,
    sequence,
    kind: record === undefined ? 'connection' : 'record',
    frame:
      within === undefined
        ? null
        : { sequence, within: Number(within), last: Number(last), length: Number(length) },
    selection: start === undefined ? null : { start: Number(start), end: Number(end) },
  };
}
