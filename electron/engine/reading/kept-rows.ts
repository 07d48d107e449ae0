/** All rows of a reading that there are below a record, one by one, waiting for those that are still looked for. */
import { FailureError } from '../../../shared/failure.ts';
import type { FrameRef } from '../../../shared/frames.ts';
import type { Row, UntimedRow } from '../../../shared/wire/row-window.ts';
import { wholeRoomBytes } from '../capture/capture-reader.ts';
import type { RowSource } from './row-source.ts';

const rowsAtOnce = 256;
/** Of rows that are read as a whole: writing them keeps nobody else waiting for long. */
const wholeRowsAtOnce = 2048;

/** What has begun can be cancelled, and says how far it is: `done` of `total` records. */
export type Work = { signal: AbortSignal; told: (done: number, total: number) => void };

/** Rejects with the search's failure, and with CANCELLED. */
export async function* keptRows(rows: RowSource, end: number, work: Work): AsyncGenerator<Row> {
  for await (const page of pagesOf(rows, end, work, (from) => rows.rows(from, rowsAtOnce))) yield* page;
}

/**
 * The same, many at once, with payloads as `wholeRows` has them where the reading can do that: they are there until the next
 * ones are asked for, which are read meanwhile.
 */
export async function* keptPages(rows: RowSource, end: number, work: Work): AsyncGenerator<UntimedRow[]> {
  if (rows.wholeRows === undefined)
    return yield* pagesOf(rows, end, work, (from) => rows.rows(from, rowsAtOnce));
  let ahead: { from: number; page: Promise<UntimedRow[]> } | null = null;
  let count = rowsAtOnce;
  // New memory for each of them costs more than to read into it.
  const rooms = [new Uint8Array(wholeRoomBytes), new Uint8Array(wholeRoomBytes)];
  const begin = (from: number): Promise<UntimedRow[]> => {
    rooms.reverse();
    return rows.wholeRows!(from, count, rooms[0]!);
  };
  const read = async (from: number): Promise<UntimedRow[]> => {
    const isAhead = ahead?.from === from;
    if (!isAhead) await ahead?.page.catch(() => undefined);
    const page = await (isAhead ? ahead!.page : begin(from));
    // Long payloads come few at a time, and nobody looks for the places of more.
    count = Math.min(wholeRowsAtOnce, Math.max(16, 2 * page.length));
    const next = from + page.length;
    ahead = page.length === 0 || next >= rows.length ? null : { from: next, page: begin(next) };
    // Who asks for it is told.
    ahead?.page.catch(() => undefined);
    return page;
  };
  try {
    yield* pagesOf(rows, end, work, read);
  } finally {
    await (ahead as { page: Promise<unknown> } | null)?.page.catch(() => undefined);
  }
}

async function* pagesOf<T extends UntimedRow>(
  rows: RowSource,
  end: number,
  { signal, told }: Work,
  read: (from: number) => Promise<T[]>,
): AsyncGenerator<T[]> {
  rows.grow();
  for (let row = 0; ;) {
    if (signal.aborted) throw cancelled();
    const page = await read(row);
    // A frame that ends by a pause can stand behind later records: what follows the first of those is not of now.
    const later = page.findIndex((each) => lastOf(each) >= end);
    const some = later < 0 ? page : page.slice(0, later);
    if (some.length > 0) {
      yield some;
      row += some.length;
      told(lastOf(some.at(-1)!) + 1 - rows.base, end - rows.base);
      continue;
    }
    told(Math.min(rows.scannedTo, end) - rows.base, end - rows.base);
    if (rows.scannedTo >= end) return;
    if (rows.failure !== null) throw new FailureError(rows.failure);
    await rows.changed(signal);
  }
}

/** The last record that a row is about. */
export const lastOf = ({ sequence, frame }: UntimedRow): number => frame?.last ?? sequence;

/** Its bytes, as a part of its stream. */
export const stretchOf = ({ sequence, length, frame }: UntimedRow): FrameRef => ({
  ...(frame ?? { within: 0, last: sequence }),
  ...{ sequence, length },
});

export const cancelled = (): FailureError => new FailureError({ code: 'CANCELLED' });
