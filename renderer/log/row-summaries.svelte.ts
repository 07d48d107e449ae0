import type { RegisterKind } from '../../shared/decoding/context.ts';
import type { DecoderId } from '../../shared/decoding/decoded.ts';
import { saidWords } from '../../shared/decoding/said.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { isPayload } from '../../shared/records.ts';
import { texts } from '../../shared/texts/index.ts';
import { SummaryReader, type Summary } from '../lib/summary-reader.ts';
import { isWhole, type LogRow } from '../state/log-row.ts';

/** What a row's bytes say, in a line. */
export type RowSummary = { text: string; isWrong: boolean };

export type SummarySource = {
  as: DecoderId;
  registers: RegisterKind;
  role: EndpointSettings['role'];
  isDatagram: boolean;
  /** The first bytes of a row that does not hold them all. */
  read: (row: LogRow, length: number) => Promise<Uint8Array>;
  /** Names of fields that the rows have. */
  seen: (fields: readonly string[]) => void;
};

/** A longer message is known by its beginning. */
const mostBytes = 4096;
/** Rows of one turn: those in sight come before others that a person has scrolled on from. */
const mostAtOnce = 32;
const kept = 8192;

/**
 * What the rows in sight say, as one decoder reads them. Summaries lie in a plain map; one counter tells the page that some
 * arrived. Each is made once: to scroll back decodes nothing.
 */
export class RowSummaries {
  #version = $state(0);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- one counter for all is cheaper
  readonly #known = new Map<string, RowSummary | null>();
  #wanted: LogRow[] = [];
  #isBusy = false;
  #isClosed = false;
  readonly #reader = new SummaryReader();
  readonly #source: SummarySource;

  constructor(source: SummarySource) {
    this.#source = source;
  }

  /** null while it is not here, and where there is nothing to say. */
  at(row: LogRow): RowSummary | null {
    void this.#version;
    return this.#known.get(keyOf(row)) ?? null;
  }

  /** The rows in sight, in place of those before. */
  want(rows: readonly (LogRow | null)[]): void {
    this.#wanted = rows.filter((row) => row !== null && isPayload(row.kind) && row.length > 0) as LogRow[];
    if (!this.#isBusy) void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.#reader.close();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (!this.#isClosed) {
      const rows = this.#wanted.filter((row) => !this.#known.has(keyOf(row))).slice(0, mostAtOnce);
      if (rows.length === 0) break;
      await this.#decode(rows);
    }
    this.#isBusy = false;
  }

  async #decode(rows: readonly LogRow[]): Promise<void> {
    const { as, registers, role, isDatagram } = this.#source;
    const read = await Promise.all(rows.map((row) => this.#bytesOf(row)));
    const asks = rows.map(({ kind }, at) => {
      const from = (kind === 'received') === (role === 'listener') ? 'client' : 'server';
      return { as, bytes: read[at]!, hints: { registers, from, isDatagram } as const };
    });
    const summaries = await this.#reader.read(asks);
    if (this.#isClosed) return;
    this.#source.seen(summaries.flatMap((summary) => summary?.fields ?? []));
    for (const [at, row] of rows.entries()) {
      const summary = summaries[at] ?? null;
      this.#known.set(keyOf(row), summary && summaryOf(summary, row, isDatagram));
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= kept) break;
      this.#known.delete(oldest);
    }
    this.#version++;
  }

  /** Nothing where the record or the channel is gone. */
  async #bytesOf(row: LogRow): Promise<Uint8Array> {
    if (isWhole(row)) return row.preview;
    return this.#source.read(row, Math.min(row.length, mostBytes)).catch(() => row.preview);
  }
}

/** Sequences begin anew once a log was cleared; a frame is known by where it lies. */
const keyOf = ({ sequence, time, length, frame }: LogRow): string =>
  `${sequence} ${time} ${length} ${frame?.within ?? ''}`;

function summaryOf(told: Summary, row: LogRow, isDatagram: boolean): RowSummary | null {
  const goesOn = (row.frame === null && !isDatagram) || row.length > mostBytes;
  const text = saidWords(told, goesOn, texts);
  const { isRefusal, problem } = told;
  // Bytes are not at fault for what they were packed with: the pane reads them with it.
  const isFine = problem === null || problem === 'needs-earlier' || (problem === 'incomplete' && goesOn);
  const isWrong = isRefusal || !isFine;
  return text === '' ? null : { text, isWrong };
}
