/** Goes to a place of the log that a person wrote. */
import { formatClock } from '../../shared/show/times.ts';
import { readPlace, timeOfClock, type WrittenPlace } from '../../shared/places.ts';
import type { StreamDirection } from '../../shared/stream-rows.ts';
import { texts } from '../../shared/texts/index.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { logOf } from '../state/log.svelte.ts';

/** Whose bytes are counted: what the filter shows alone. */
export function countedOf(
  app: AppState,
  endpoint: EndpointState,
): { connection: number | null; direction: StreamDirection } {
  const only = (key: string): string | null => {
    const asked = logOf(app, endpoint).tokens.filter((token) => token.key === key && !token.isNegated);
    const [value, ...more] = asked.flatMap(({ values }) => values);
    return more.length === 0 ? (value ?? null) : null;
  };
  const conn = only('conn');
  const dir = only('dir');
  return {
    connection: endpoint.shownConnection ?? (/^\d{1,15}$/u.test(conn ?? '') ? Number(conn) : null),
    direction: dir === 'sent' || dir === 'received' ? dir : 'both',
  };
}

/** What is wrong with the place; null once the log is there, which is told. Rejects with failures of the engine. */
export async function goTo(app: AppState, endpoint: EndpointState, written: string): Promise<string | null> {
  const words = texts.place;
  const place = readPlace(written);
  if (place === null) return words.notRead;
  const log = logOf(app, endpoint);
  const { view, count } = log.rows;
  if (view === null || count === 0) return words.nothing;
  const rowAt = async (row: number): Promise<Row> => decodeRows(await app.engine.rows(view, row, 1)).rows[0]!;
  const found = await rowOf(place);
  if (found === null) return words.noByte;
  const row = Math.min(found.row, count - 1);
  const there = await rowAt(row);
  log.goal = row;
  const isIt = found.row === row && found.isThere(there);
  app.toast((isIt ? words.at : words.nearest)(there.sequence, formatClock(there.time)));
  return null;

  type Found = { row: number; isThere: (row: Row) => boolean };
  async function rowOf(wanted: WrittenPlace): Promise<Found | null> {
    switch (wanted.kind) {
      case 'record':
        return rowOfRecord(wanted.sequence, 0);
      case 'byte': {
        const { connection, direction } = countedOf(app, endpoint);
        const byte = await app.engine.recordOfByte(endpoint.id, connection, direction, wanted.at);
        return byte && rowOfRecord(byte.sequence, byte.within);
      }
      case 'time':
        return rowOfTime(wanted.ms);
      case 'after':
        return rowOfTime((await rowAt(0)).time + wanted.ms);
      case 'clock': {
        const [first, last] = await Promise.all([rowAt(0), rowAt(count - 1)]);
        return rowOfTime(timeOfClock(wanted.ms, first.time, last.time));
      }
    }
  }

  async function rowOfRecord(sequence: number, within: number): Promise<Found> {
    const isThere = (row: Row) => row.sequence <= sequence && sequence <= (row.frame?.last ?? row.sequence);
    return { row: await app.engine.rowOf(view!, sequence, within), isThere };
  }

  /** A time lies between rows: the first one then or later is meant. */
  async function rowOfTime(time: number): Promise<Found> {
    return { row: await app.engine.rowAtTime(view!, time), isThere: () => true };
  }
}
