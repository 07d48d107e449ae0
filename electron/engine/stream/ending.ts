/** How a connection ends: which side has finished, what has still to leave, and what ends it at last. */
import type { EndKind } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { monotonic } from '../clock.ts';
import type { ByteStream } from '../net/stream-socket.ts';
import { after, hasEnded, layingLife, openLife, type Life, type LifeEvent } from './connection-state.ts';

/** How long `close` lets queued bytes leave before it resets. */
export const closeDeadlineMs = 1000;

/** The connection, as its ending sees it. */
export type EndingPort = {
  stream(): ByteStream;
  /** A Unix socket knows no reset. */
  readonly hasReset: boolean;
  /** Nothing that was queued has still to be handed to the kernel. */
  isDrained(): boolean;
  /** Queued and not with the kernel, as it says now. */
  unsentBytes(): number;
  record(detail: RecordDetail): void;
  changed(): void;
  /** No more comes, and something may still be sent. */
  peerFinished(): void;
};

export class Ending {
  readonly #port: EndingPort;
  #life: Life;
  /** 'finish': no more is taken, FIN follows the last queued byte; 'close': and then the socket is closed. */
  #how: 'finish' | 'close' | null = null;
  #deadline: { at: number; timer: NodeJS.Timeout } | null = null;

  constructor(port: EndingPort, isLaying: boolean) {
    this.#port = port;
    this.#life = isLaying ? layingLife : openLife;
  }

  get life(): Life {
    return this.#life;
  }

  get hasEnded(): boolean {
    return hasEnded(this.#life);
  }

  /** What is to be sent is still taken. */
  get takesMore(): boolean {
    return this.#how === null && !this.hasEnded;
  }

  opened(): void {
    this.#advance({ type: 'opened' });
  }

  /** See `Connection.end`. */
  end(how: EndKind, deadlineMs: number): void {
    if (this.hasEnded) return;
    if (how === 'reset') return this.#reset();
    // Nothing was sent yet that would have to leave first.
    if (this.#life.state === 'laying') return this.#closeNow();
    if (how === 'close') this.#closeWithin(deadlineMs);
    if (this.#how === 'close') return;
    this.#how = how;
    if (how === 'close' && this.#port.stream().socket.writableFinished) this.#closeNow();
    else this.finishIfDrained();
  }

  finishIfDrained(): void {
    if (this.#how !== null && this.#port.isDrained()) this.#port.stream().socket.end();
  }

  /** For 'finish' of the socket: our FIN is out. */
  onFinished(): void {
    this.#advance({ type: 'finished-by-us' });
    if (this.#how === 'close') return this.#closeNow();
    if (this.#life.state === 'half-closed-by-us') this.#recordHalfClosed('us');
    if (this.hasEnded) this.#port.stream().socket.destroy();
  }

  /** For 'end' of the socket. */
  onPeerFinished(): void {
    const stream = this.#port.stream();
    if (!stream.confirmEnd()) return;
    const { writableEnded, writableFinished } = stream.socket;
    // TLS tells some turns late that our own end is out; the peer's may be its answer, and comes behind it in the log.
    if (writableEnded && !writableFinished) stream.socket.once('finish', () => this.#afterPeerFinished());
    else this.#afterPeerFinished();
  }

  /** For 'close' of the socket: it is gone, and every byte that it had is captured. */
  onClosed(failureCode: string | null): void {
    clearTimeout(this.#deadline?.timer);
    if (failureCode !== null) this.#advance({ type: 'failed', code: failureCode });
    else this.#advance({ type: 'closed', by: this.#how === null ? 'peer' : 'us', how: 'close' });
  }

  #afterPeerFinished(): void {
    if (this.hasEnded) return;
    this.#advance({ type: 'finished-by-peer' });
    const stream = this.#port.stream();
    // What may be cut off is told in any case.
    if (this.#life.state === 'half-closed-by-peer' || stream.closeNotify('peer') === false)
      this.#recordHalfClosed('peer');
    if (this.hasEnded) stream.socket.destroy();
    else this.#port.peerFinished();
  }

  #recordHalfClosed(by: 'us' | 'peer'): void {
    this.#port.record({ kind: 'half-closed', by, closeNotify: this.#port.stream().closeNotify(by) });
  }

  /** A second call can only shorten the time. */
  #closeWithin(deadlineMs: number): void {
    const at = monotonic() + deadlineMs;
    if (this.#deadline !== null && this.#deadline.at <= at) return;
    clearTimeout(this.#deadline?.timer);
    this.#deadline = { at, timer: setTimeout(() => this.#onDeadline(), deadlineMs) };
  }

  #closeNow(): void {
    this.#advance({ type: 'closed', by: 'us', how: 'close' });
    this.#port.stream().socket.destroy();
  }

  #reset(): void {
    this.#advance({ type: 'closed', by: 'us', how: this.#port.hasReset ? 'reset' : 'close' });
    this.#port.stream().reset();
  }

  #onDeadline(): void {
    this.#port.record({ kind: 'note', note: 'close-deadline', unsentBytes: this.#port.unsentBytes() });
    this.#reset();
  }

  #advance(event: LifeEvent): void {
    this.#life = after(this.#life, event);
    this.#port.changed();
  }
}
