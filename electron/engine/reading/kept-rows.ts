/** All rows of a reading that there are below a record, one by one, waiting for those that are still looked for. */
import { FailureError } from '../../../shared/failure.ts';
import type { FrameRef } from '../../../shared/frames.ts';
import type { Row } from '../../../shared/wire/row-window.ts';
import type { RowSource } from './row-source.ts';

const rowsAtOnce = 256;

/** What has begun can be cancelled, and says how far it is: `done` of `total` records. */
export type Work = { signal: AbortSignal; told: (done: number, total: number) => void };

/** Rejects with the search's failure, and with CANCELLED. */
export async function* keptRows(rows: RowSource, end: number, { signal, told }: Work): AsyncGenerator<Row> {
  rows.grow();
  for (let row = 0; ;) {
    if (signal.aborted) throw cancelled();
    const page = await rows.rows(row, rowsAtOnce);
    // A frame that ends by a pause can stand behind later records: what follows the first of those is not of now.
    const later = page.findIndex((each) => lastOf(each) >= end);
    const some = later < 0 ? page : page.slice(0, later);
    if (some.length > 0) {
      yield* some;
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
export const lastOf = ({ sequence, frame }: Row): number => frame?.last ?? sequence;

/** Its bytes, as a part of its stream. */
export const stretchOf = ({ sequence, length, frame }: Row): FrameRef => ({
  ...(frame ?? { within: 0, last: sequence }),
  ...{ sequence, length },
});

export const cancelled = (): FailureError => new FailureError({ code: 'CANCELLED' });
