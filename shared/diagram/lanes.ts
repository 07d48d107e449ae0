/**
 * Who stands where in a sequence diagram: this side, and a lane for each peer. Connections of one peer share a lane as long
 * as one is over before the next begins.
 */
import { formatAddress } from '../address.ts';
import type { RecordDetail, RecordKind } from '../records.ts';

/** More are no picture any more. */
export const mostLanes = 24;

/** `connection`: null for records of the endpoint itself. `detail`: null for payloads. */
export type LaneRecord = {
  sequence: number;
  kind: RecordKind;
  connection: number | null;
  peer: string;
  detail: RecordDetail | null;
};

/** Record numbers: the one that opened it, and the one that ended it. */
type Span = { from: number; to: number };
export type Lane = { readonly peer: string; readonly spans: Span[] };

/** `null`: of this side itself. `'full'`: there is no lane left for it. */
export type LaneOf = number | null | 'full';

export class Lanes {
  readonly list: Lane[] = [];
  readonly #of = new Map<number, { lane: number; span: Span }>();

  /** Records come in their order. */
  take(record: LaneRecord): LaneOf {
    const { connection, sequence, peer, detail } = record;
    if (connection === null) return this.#ofAttempt(record);
    let known = this.#of.get(connection);
    if (known === undefined) {
      const lane = this.#free(peer || `#${connection}`, connection);
      if (lane === null) return 'full';
      known = { lane, span: { from: connection, to: Infinity } };
      this.list[lane]!.spans.push(known.span);
      this.#of.set(connection, known);
    }
    if (detail?.kind === 'closed' || detail?.kind === 'failed') known.span.to = sequence;
    return known.lane;
  }

  /** Null where no record of the connection was taken, or there was no room. */
  of(connection: number): number | null {
    return this.#of.get(connection)?.lane ?? null;
  }

  /** Where a record is drawn whose lane may be known by others; null for this side. */
  whereKnown({ connection, detail }: Pick<LaneRecord, 'connection' | 'detail'>): number | null {
    if (connection !== null) return this.of(connection);
    if (detail?.kind !== 'attempted' || detail.outcome === 'connected') return null;
    const tried = formatAddress(detail.remote);
    const lane = this.list.findIndex(({ peer }) => peer === tried);
    return lane < 0 ? null : lane;
  }

  /** Of what never became a connection: where it was tried. */
  #ofAttempt({ sequence, detail }: LaneRecord): LaneOf {
    if (detail?.kind !== 'attempted' || detail.outcome === 'connected') return null;
    return this.#free(formatAddress(detail.remote), sequence) ?? 'full';
  }

  #free(peer: string, sequence: number): number | null {
    const found = this.list.findIndex(
      (lane) => lane.peer === peer && lane.spans.every(({ to }) => to < sequence),
    );
    if (found >= 0) return found;
    return this.list.length < mostLanes ? this.list.push({ peer, spans: [] }) - 1 : null;
  }
}

/** Whether a connection of the lane was open before a record, and is behind it. */
export const isOpenAt = ({ spans }: Lane, sequence: number): { above: boolean; below: boolean } => ({
  above: spans.some(({ from, to }) => from < sequence && sequence <= to),
  below: spans.some(({ from, to }) => from <= sequence && sequence < to),
});
