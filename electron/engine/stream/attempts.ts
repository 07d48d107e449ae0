/** Connecting to the first of several addresses that answers: Happy Eyeballs (RFC 8305), every attempt on record. */
import { isIP } from 'node:net';
import type { RecordDetail } from '../../../shared/records.ts';
import { FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import { monotonic } from '../clock.ts';
import { addressOf, hostPort, zoneFailure } from '../net/address.ts';
import { StreamSocket } from '../net/stream-socket.ts';
import { unixAddress } from '../net/unix-path.ts';

/** RFC 8305 section 5, "Connection Attempt Delay". */
const nextAttemptMs = 250;

/** The side of a connection that a failure is about: usually the remote one. */
export type About = { host: string; port: number };
type Failed = { failure: Failure; about: About };
type Attempted = Extract<RecordDetail, { kind: 'attempted' }>;
type Attempt = { address: string; stream: StreamSocket; start: number };

export type AttemptsOptions = {
  addresses: string[];
  port: number;
  /** A Unix socket or named pipe: tried alone, in place of addresses and port. */
  path?: string;
  /** '' and 0: chosen by the system. */
  localHost: string;
  localPort: number;
  /** Time for all attempts together, in milliseconds. */
  timeoutMs: number;
  onAttempted(attempted: Attempted): void;
  /** Exactly one of these is called, once, unless `cancel` comes first. The socket has not been read yet. */
  onConnected(stream: StreamSocket): void;
  onFailed(failure: Failure, about: About): void;
};

/** Families in turn, beginning with the first one (RFC 8305 section 4). */
export function interleave(addresses: string[]): string[] {
  const first = addresses.filter((address) => isIP(address) === isIP(addresses[0]!));
  const second = addresses.filter((address) => isIP(address) !== isIP(addresses[0]!));
  return Array.from({ length: Math.max(first.length, second.length) }, (_, index) => [
    first[index],
    second[index],
  ])
    .flat()
    .filter((address) => address !== undefined);
}

export class Attempts {
  #options: AttemptsOptions;
  #waiting: string[];
  #running = new Set<Attempt>();
  #firstFailure: Failed | null = null;
  #deadline: NodeJS.Timeout;
  #next: NodeJS.Timeout | null = null;
  /** Addresses one after the other get an equal share of the time: a silent one must not use up all of it. */
  #shareMs: number | null;
  #isOver = false;

  /** Starts the first attempt at once. */
  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#waiting = options.path === undefined ? interleave(options.addresses) : [options.path];
    this.#shareMs = options.localPort === 0 ? null : options.timeoutMs / Math.max(1, this.#waiting.length);
    this.#deadline = setTimeout(() => this.#onDeadline(), options.timeoutMs);
    this.#startNext();
  }

  /** Destroys all sockets at once and records their attempts as abandoned. Does nothing when it is over. */
  cancel(): void {
    if (!this.#isOver) this.#end('abandoned', null);
  }

  #startNext(): void {
    if (this.#next !== null) clearTimeout(this.#next);
    this.#next = null;
    const address = this.#waiting.shift();
    if (address === undefined) {
      if (this.#running.size === 0) this.#fail(this.#firstFailure!);
      return;
    }
    const attempt = { address, stream: StreamSocket.initiated(), start: monotonic() };
    this.#running.add(attempt);
    if (this.#waiting.length > 0)
      this.#next = setTimeout(() => this.#onNextDue(attempt), this.#shareMs ?? nextAttemptMs);
    this.#connect(attempt);
  }

  #connect(attempt: Attempt): void {
    const { port, path, localHost, localPort } = this.#options;
    const { address } = attempt;
    const { socket } = attempt.stream;
    socket.once('connect', () => this.#onConnected(attempt));
    socket.once('close', () => this.#onFailed(attempt));
    attempt.stream.receiver = (bytes) => this.#onLateBytes(attempt, bytes);
    if (path !== undefined) return void socket.connect({ path });
    const wrong = zoneFailure(address);
    if (wrong !== null) return void socket.destroy(new FailureError(wrong));
    const local = {
      ...(localHost === '' ? {} : { localAddress: localHost }),
      ...(localPort === 0 ? {} : { localPort }),
    };
    socket.connect({ host: address, port, ...local });
  }

  #onNextDue(current: Attempt): void {
    if (this.#shareMs !== null && this.#running.has(current)) {
      this.#remember(timedOut(), this.#remoteOf(current));
      this.#abandon(current, 'timed-out', 'ETIMEDOUT');
    }
    this.#startNext();
  }

  #onConnected(attempt: Attempt): void {
    if (this.#isOver) return;
    this.#running.delete(attempt);
    this.#record(attempt, 'connected', null);
    this.#end('abandoned', null);
    this.#options.onConnected(attempt.stream);
  }

  /**
   * The peer connected, sent and reset before we heard of the first of these, and Node tells only of the last. What the
   * kernel still has of such a connection is read as it is destroyed, and makes it one.
   */
  #onLateBytes(attempt: Attempt, bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#onConnected(attempt);
    attempt.stream.receiver?.(bytes);
  }

  #onFailed(attempt: Attempt): void {
    if (this.#isOver || !this.#running.delete(attempt)) return;
    const { code } = failureOf(attempt.stream.failure);
    this.#remember(
      attempt.stream.failure,
      this.#isLocal(attempt) ? this.#localOf(attempt) : this.#remoteOf(attempt),
    );
    this.#record(attempt, code === 'ETIMEDOUT' ? 'timed-out' : 'failed', code);
    this.#startNext();
  }

  #onDeadline(): void {
    const { addresses, path, port } = this.#options;
    this.#end('timed-out', 'ETIMEDOUT');
    const about = { host: path ?? addresses[0]!, port };
    this.#options.onFailed(failureOf(timedOut(), path ?? hostPort(about.host, port)), about);
  }

  #fail({ failure, about }: Failed): void {
    this.#end('abandoned', null);
    this.#options.onFailed(failure, about);
  }

  #end(outcome: 'abandoned' | 'timed-out', code: string | null): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    if (this.#next !== null) clearTimeout(this.#next);
    for (const attempt of this.#running) this.#abandon(attempt, outcome, code);
  }

  #abandon(attempt: Attempt, outcome: 'abandoned' | 'timed-out', code: string | null): void {
    this.#running.delete(attempt);
    this.#record(attempt, outcome, code);
    attempt.stream.socket.destroy();
  }

  #record(attempt: Attempt, outcome: Attempted['outcome'], code: string | null): void {
    const { host, port } = this.#remoteOf(attempt);
    const durationMs = monotonic() - attempt.start;
    this.#options.onAttempted({
      kind: 'attempted',
      remote: this.#options.path === undefined ? addressOf(host, port) : unixAddress(host),
      outcome,
      code,
      durationMs,
    });
  }

  /** The first cause is the one to name: the others are usually its echo. */
  #remember(error: Error | null, about: About): void {
    const subject = this.#options.path ?? hostPort(about.host, about.port);
    this.#firstFailure ??= { failure: failureOf(error, subject), about };
  }

  #remoteOf({ address }: Attempt): About {
    return { host: address, port: this.#options.port };
  }

  #localOf({ address }: Attempt): About {
    const { localHost, localPort } = this.#options;
    return { host: localHost || (isIP(address) === 4 ? '0.0.0.0' : '::'), port: localPort };
  }

  /** EADDRINUSE and EADDRNOTAVAIL speak of the local side when it was chosen: bind(2), or connect(2) from a taken port. */
  #isLocal({ stream: { failure } }: Attempt): boolean {
    const { localHost, localPort } = this.#options;
    if (failure?.syscall === 'bind') return true;
    return (localHost !== '' || localPort !== 0) && /^EADDR(INUSE|NOTAVAIL)$/.test(failure?.code ?? '');
  }
}

const timedOut = (): Error => Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
