/** What one connection has put on record: that it opened, how each half ended, why it is over. */
import { formatAddress, type Address } from '../../../shared/address.ts';
import { factsOf, failureOf, type Failure } from '../../../shared/failure.ts';
import type { LayerName } from '../../../shared/domain.ts';
import type { EndCounters, RecordDetail } from '../../../shared/records.ts';
import { newStream, type Recorder } from '../capture/recorder.ts';
import type { ByteStream } from '../net/stream-socket.ts';
import type { EndCause } from './connection-state.ts';

/** `proxy`: through which the remote was reached; the kernel knows the proxy alone. */
export type Ends = {
  readonly origin: 'accepted' | 'initiated';
  readonly local: Address | null;
  readonly remote: Address | null;
  readonly proxy?: string;
};

export class ConnectionRecords {
  readonly #recorder: Recorder;
  readonly #ends: Ends;
  #stream: number;

  /** Records the opening. */
  constructor(recorder: Recorder, ends: Ends) {
    this.#recorder = recorder;
    this.#ends = ends;
    this.#stream = this.#recordOpened(false);
  }

  /** The number of the connection in its capture. */
  get stream(): number {
    return this.#stream;
  }

  /** After the log was cleared: opened again there. */
  carry(): void {
    this.#stream = this.#recordOpened(true);
  }

  /** `time`: milliseconds since the epoch; left out: now. */
  detail(detail: RecordDetail, time?: number): void {
    this.#recorder.recordDetail(this.#stream, detail, time);
  }

  /** The one record of the end. Returns what failed. */
  ended(
    cause: EndCause | null,
    { failure: thrown, messages = [] }: ByteStream,
    during: LayerName | null,
    counters: EndCounters,
  ): Failure | null {
    if (cause?.kind === 'closed') {
      this.detail({ kind: 'closed', by: cause.by, how: cause.how, ...counters });
      return null;
    }
    const { remote } = this.#ends;
    const { host, port } = remote ?? { host: '', port: 0 };
    const failure = failureOf(thrown, remote === null ? '' : formatAddress(remote));
    const handshake = messages.length > 0 ? { messages } : {};
    const where = { during: during ?? 'open', host, port } as const;
    this.detail({ kind: 'failed', ...factsOf(failure), ...where, ...counters, ...handshake });
    return failure;
  }

  #recordOpened(carried: boolean): number {
    return this.#recorder.recordDetail(newStream, {
      kind: 'opened',
      socket: 'stream',
      carried,
      ...this.#ends,
    });
  }
}
