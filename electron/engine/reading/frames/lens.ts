/** Where frames begin in records: what a log by chunks does not show. */
import { isPayload } from '../../../../shared/records.ts';
import type { Capture } from '../../capture/capture.ts';
import { kindOf } from '../../capture/format.ts';
import type { RowSource } from '../row-source.ts';
import type { View } from '../view.ts';
import type { Views } from '../views.ts';
import type { Framings } from './frame-scan.ts';

/** Beyond it nobody waits for what is drawn beside the bytes. */
const mostWaitMs = 10_000;
/** Each may look through all of the capture; who asks for more at a time is not a person. */
const mostAtOnce = 8;
const rowsAtOnce = 256;
const mostStarts = 1000;
const mostRows = 100_000;

/** Cuts the connection that was asked for last, and keeps what it found for the next record of it. */
export class Lens {
  readonly #capture: Capture;
  readonly #views: Views;
  #underWay = 0;
  #asked: { key: string; view: View } | null = null;

  constructor(capture: Capture, views: Views) {
    this.#capture = capture;
    this.#views = views;
  }

  /**
   * In bytes from the record's start, at most the first 1,000; none where nothing is cut, where the record is an event, and
   * where it takes more than 10 s to know, or is asked for too often at a time. Rejects with INVALID_ARGUMENT for a
   * record that the log does not have.
   */
  async startsIn(sequence: number, framings: Framings): Promise<number[]> {
    const { entries } = await this.#capture.gather([sequence]);
    const kind = kindOf(entries.kind(0));
    if (!isPayload(kind) || framings[kind] === null) return [];
    if (this.#underWay >= mostAtOnce) return [];
    const rows = this.#rowsOf(entries.stream(0), framings);
    this.#underWay++;
    try {
      const signal = AbortSignal.timeout(mostWaitMs);
      while (rows.scannedTo <= sequence && rows.failure === null && !signal.aborted)
        await rows.changed(signal);
      return await startsAmong(rows, sequence, kind);
    } finally {
      rows.close();
      this.#underWay--;
    }
  }

  #rowsOf(connection: number, framings: Framings): RowSource {
    const key = [connection, framings.sent?.spec, framings.received?.spec].join('\n');
    if (this.#asked?.key !== key) {
      this.#asked?.view.close();
      this.#asked = { key, view: this.#views.open({ connection, text: '' }, null, framings) };
    }
    return this.#asked.view.keepRows();
  }
}

async function startsAmong(rows: RowSource, sequence: number, kind: 'sent' | 'received'): Promise<number[]> {
  const starts: number[] = [];
  const first = await rows.rowOf(sequence, 0);
  for (let from = first; from < first + mostRows && starts.length < mostStarts; from += rowsAtOnce) {
    const some = await rows.rows(from, rowsAtOnce);
    for (const row of some) {
      if (row.kind !== kind || row.frame === null) continue;
      if (row.sequence > sequence) return starts;
      if (row.sequence === sequence) starts.push(row.frame.within);
    }
    if (some.length < rowsAtOnce) break;
  }
  return starts;
}
