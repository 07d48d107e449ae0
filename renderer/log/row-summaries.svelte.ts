import type { StreamPoint } from '../../shared/contract.ts';
import type { Earlier, RegisterKind } from '../../shared/decoding/context.ts';
import type { DecoderId } from '../../shared/decoding/decoded.ts';
import { saidWords } from '../../shared/decoding/said.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { isPayload } from '../../shared/records.ts';
import { texts } from '../../shared/texts/index.ts';
import type { DecodeAsk } from '../lib/decode-asked.ts';
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
  /** What one may have been packed with; null where nobody knows. */
  earlier: (point: StreamPoint) => Promise<Earlier | null>;
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
    const asks: DecodeAsk[] = rows.map(({ kind }, at) => {
      const from = (kind === 'received') === (role === 'listener') ? 'client' : 'server';
      return { as, bytes: read[at]!, hints: { registers, from, isDatagram } as const };
    });
    const summaries = await this.#reader.read(asks);
    await this.#readOn(rows, asks, summaries);
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

  /** Once more those that were packed with others before them in mind. */
  async #readOn(rows: readonly LogRow[], asks: DecodeAsk[], summaries: (Summary | null)[]): Promise<void> {
    const packed = [...rows.keys()].filter((at) => summaries[at]?.problem === 'needs-earlier');
    // In their order: the engine reads each stream on from where it was asked for last.
    packed.sort((one, other) => rows[one]!.sequence - rows[other]!.sequence);
    const again: number[] = [];
    const unknown: string[] = [];
    for (const at of packed) {
      const { kind, connection, sequence, frame } = rows[at]!;
      const way = kind === 'received' ? kind : 'sent';
      const stream = `${connection} ${way}`;
      if (this.#isClosed || unknown.includes(stream)) continue;
      const point = { connection, way, sequence, within: frame?.within ?? 0 } as const;
      const earlier = await this.#source.earlier(point).catch(() => null);
      if (earlier === null) unknown.push(stream);
      else {
        asks[at] = { ...asks[at]!, hints: { ...asks[at]!.hints, earlier } };
        again.push(at);
      }
    }
    if (this.#isClosed || again.length === 0) return;
    const read = await this.#reader.read(again.map((at) => asks[at]!));
    for (const [i, at] of again.entries()) summaries[at] = read[i] ?? summaries[at]!;
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
  // Bytes are not at fault for what they were packed with, where nobody knows that any more.
  const isFine = problem === null || problem === 'needs-earlier' || (problem === 'incomplete' && goesOn);
  const isWrong = isRefusal || !isFine;
  return text === '' ? null : { text, isWrong };
}
