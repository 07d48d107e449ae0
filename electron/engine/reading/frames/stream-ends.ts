/** Which records end streams: what is begun then goes on no more. */
import { encodeDetail } from '../../capture/details.ts';
import { kindNumber, type Entries } from '../../capture/format.ts';
import { noStream } from '../../capture/recorder.ts';
import type { FoundFrame } from './frame-table.ts';

type Direction = FoundFrame['direction'];

const ends: ReadonlySet<number> = new Set([kindNumber('closed'), kindNumber('failed')]);
const [halfClosed, note] = [kindNumber('half-closed'), kindNumber('note')];
/** Whoever finished is told by the length alone, whatever else it says: nothing has to be read. */
const leastOfPeer = encodeDetail({ kind: 'half-closed', by: 'peer', closeNotify: null }).length;
const endedEarlyBytes = encodeDetail({ kind: 'note', note: 'capture-ended-early' }).length;

const both: readonly Direction[] = ['sent', 'received'];

/** The directions of its stream that end with a record. */
export function endsOf(entries: Entries, i: number): readonly Direction[] {
  const kind = entries.kind(i);
  if (ends.has(kind)) return both;
  if (kind !== halfClosed) return [];
  return entries.length(i) < leastOfPeer ? ['sent'] : ['received'];
}

/** It may tell of a killed process, with which all streams ended: a note without a connection, and exactly so long. */
export const mayEndAll = (entries: Entries, i: number): boolean =>
  entries.kind(i) === note && entries.stream(i) === noStream && entries.length(i) === endedEarlyBytes;
