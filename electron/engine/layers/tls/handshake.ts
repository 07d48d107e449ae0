/** One handshake: its deadline, what it agreed on, and whether the peer's certificate holds. */
import type { TLSSocket } from 'node:tls';
import type { CertificateInfo, TlsFacts, TlsMessage, TlsVersion } from '../../../../shared/certificates.ts';
import type { Failure, FailureFacts } from '../../../../shared/failure.ts';
import { monotonic, now } from '../../clock.ts';
import type { ByteStream } from '../../net/stream-socket.ts';
import { handshakeError, handshakeTimeout } from './handshake-failures.ts';
import type { KeyLog } from './key-log.ts';
import { SecureStream } from './secure-stream.ts';

export type Secured = {
  facts: TlsFacts;
  chain: CertificateInfo[];
  /** When it was done: less the duration, no later than it began. */
  time: number;
  durationMs: number;
  messages: readonly TlsMessage[];
};
export type Refused = { code: string; message: string; chain: CertificateInfo[] };

export type HandshakeEvents = {
  secured(secured: Secured): void;
  /** Before the stream fails with the same code. */
  refused(refused: Refused): void;
  /** At most once a connection, which goes on. */
  keyLogFailed(failure: Failure): void;
};

/** How a server or client secures its connections. The socket must be connected and not be read by anyone. */
export type TlsRole = { secure(raw: ByteStream, events: HandshakeEvents): SecureStream };

/** Parts of node:tls without a public name; without them peers count as not verified. */
export type Inner = {
  ssl:
    { verifyError?(): (Error & { code?: string }) | null; onhandshakestart?: () => void } | null | undefined;
};

/** What is wrong with the certificate that the peer showed; null: nothing. */
export type Verdict = FailureFacts | null;
/** `chain`: empty where the peer showed none. */
export type Examined = { chain: CertificateInfo[]; verdict: Verdict };

export type Handshake = {
  wrap: ConstructorParameters<typeof SecureStream>[1];
  /** The event that says that it is done. */
  done: 'secure' | 'secureConnect';
  timeoutMs: number;
  keyLog: KeyLog | null;
  servername(socket: TLSSocket): string | null;
  examine(socket: TLSSocket): Examined;
  /** Whether a certificate that does not hold ends the connection. */
  isStrict: boolean;
};

/** Begins a handshake at once. Either `secured` or `refused` is called, or neither when the stream fails before. */
export function shakeHands(raw: ByteStream, handshake: Handshake, events: HandshakeEvents): SecureStream {
  const { wrap, done, timeoutMs, keyLog } = handshake;
  const start = monotonic();
  const stream = new SecureStream(raw, wrap);
  const { socket } = stream;
  const timer = setTimeout(() => stream.fail(handshakeTimeout(stream.firstBytes.length)), timeoutMs);
  socket.once('close', () => clearTimeout(timer));
  if (keyLog !== null) keepSecrets(socket, keyLog, events);
  socket.once(done, () => {
    clearTimeout(timer);
    if (!socket.destroyed) conclude(stream, handshake, start, events);
  });
  return stream;
}

function keepSecrets(socket: TLSSocket, keyLog: KeyLog, events: HandshakeEvents): void {
  let isTold = false;
  socket.on('keylog', (line: Buffer) => {
    void keyLog.write(line).then((failure) => {
      if (failure === null || isTold) return;
      isTold = true;
      events.keyLogFailed(failure);
    });
  });
}

function conclude(stream: SecureStream, handshake: Handshake, start: number, events: HandshakeEvents): void {
  const { socket } = stream;
  const { chain, verdict } = handshake.examine(socket);
  if (verdict !== null && handshake.isStrict) {
    events.refused({ ...verdict, chain });
    stream.fail(handshakeError(verdict));
    return;
  }
  const { messages } = stream;
  stream.secured();
  const cipher = socket.getCipher();
  const facts: TlsFacts = {
    version: socket.getProtocol() as TlsVersion,
    cipher: cipher.standardName ?? cipher.name,
    alpn: socket.alpnProtocol || null,
    servername: handshake.servername(socket),
    isReused: socket.isSessionReused(),
    isVerified: chain.length > 0 && verdict === null,
    verifyCode: verdict?.code ?? null,
  };
  const time = now();
  events.secured({ facts, chain, time, durationMs: monotonic() - start, messages });
}
