/** What TLS adds to a connection: the records of its handshake, and what that agreed on. */
import type { CertificateInfo, TlsFacts } from '../../../shared/certificates.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { isAlert } from '../layers/tls/handshake-failures.ts';
import type { Refused, Secured, TlsRole } from '../layers/tls/handshake.ts';
import type { ByteStream, StreamSocket } from '../net/stream-socket.ts';

/** The connection, as this side of it sees it. */
export type SecuredConnection = {
  hasEnded(): boolean;
  record(detail: RecordDetail): void;
  /** After the record of it: the peer can be talked to. */
  secured(): void;
};

export class TlsSide {
  /** Takes the place of the stream that it was given. */
  readonly stream: ByteStream;
  readonly #connection: SecuredConnection;
  #facts: TlsFacts | null = null;
  #refusedChain: CertificateInfo[] | null = null;

  /** The handshake begins at once. */
  constructor(stream: StreamSocket, role: TlsRole, connection: SecuredConnection) {
    this.#connection = connection;
    this.stream = role.secure(stream, {
      secured: (secured) => this.#onSecured(secured),
      refused: (refused) => this.#onRefused(refused),
      keyLogFailed: ({ code, message }) =>
        connection.record({ kind: 'note', note: 'key-log-failed', code, message }),
    });
  }

  /** What the handshake agreed on; null before it is done. */
  get facts(): TlsFacts | null {
    return this.#facts;
  }

  /** Of a server whose certificate was refused. */
  get refusedChain(): CertificateInfo[] | null {
    return this.#refusedChain;
  }

  /** Whether `failure` means that the handshake failed, although this side may have been done with it. */
  isOfHandshake(failure: NodeJS.ErrnoException | null, isClient: boolean, receivedBytes: number): boolean {
    if (this.#facts === null) return true;
    // In TLS 1.3 a client is done before the server has looked at its certificate (RFC 8446 4.4.2.4).
    return failure !== null && isClient && receivedBytes === 0 && isAlert(failure);
  }

  #onSecured({ facts, chain, durationMs, messages }: Secured): void {
    if (this.#connection.hasEnded()) return;
    this.#facts = facts;
    this.#connection.record({ kind: 'secured', chain, durationMs, messages, ...facts });
    this.#connection.secured();
  }

  #onRefused({ code, message, chain }: Refused): void {
    this.#refusedChain = chain;
    this.#connection.record({ kind: 'note', note: 'certificate-refused', code, message, chain });
  }
}
