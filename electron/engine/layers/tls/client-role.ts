/** TLS of a client: what it offers, whom it trusts, and which name it expects. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { domainToASCII } from 'node:url';
import { failed } from '../../../../shared/failure.ts';
import type { ClientSettings } from '../../../../shared/settings/settings.ts';
import { handshakeError } from './handshake-failures.ts';
import { chainInfo } from './certificate-info.ts';
import { shakeHands, type Examined, type Inner, type TlsRole, type Verdict } from './handshake.ts';
import type { TlsResources } from './identity.ts';
import { secureContext } from './secure-contexts.ts';
import type { SecureStream } from './secure-stream.ts';
import { systemAuthorities } from './system-authorities.ts';

/** A session with what was found in its first handshake: later ones bring no certificate, and node:tls checks no name. */
type Remembered = { session: Buffer; examined: Examined; at: number };

/** The last session of a client, taken up again while it connects to the same server in the same way. */
export class SessionMemory {
  #key = '';
  #last: Remembered | null = null;

  get(key: string): Remembered | null {
    return this.#key === key ? this.#last : null;
  }

  /** The session, unless a date of the chain has passed since: what was found then may no longer hold. */
  session(key: string): Buffer | null {
    const last = this.get(key);
    if (last === null) return null;
    const [from, to] = [last.at, Date.now()].toSorted((one, other) => one - other) as [number, number];
    const dates = last.examined.chain.flatMap(({ validFrom, validTo }) => [validFrom, validTo]);
    return dates.some((date) => date >= from && date <= to) ? null : last.session;
  }

  set(key: string, last: Remembered | null): void {
    this.#key = key;
    this.#last = last;
  }
}

/** Rejects as `serverRole` does. */
export async function clientRole(
  { tls, host, port, path }: Pick<ClientSettings, 'tls' | 'host' | 'port' | 'path'>,
  { certificates, keyLog: kept }: TlsResources,
  sessions = new SessionMemory(),
): Promise<TlsRole> {
  const identity = tls.identity === '' ? null : await certificates.identity(tls.identity);
  const authority =
    tls.authority === '' ? await systemAuthorities() : await certificates.authority(tls.authority);
  const context = secureContext(tls, identity?.material ?? null, authority);
  const keyLog = tls.keyLog ? kept : null;
  await keyLog?.open();
  const expected = expectedName(tls.servername || host);
  const servername = tls.sendServername && isIP(expected) === 0 ? expected : '';
  // Whom an id stands for can change.
  const trusted = createHash('sha256').update(JSON.stringify(authority)).digest('hex');
  const sessionKey = JSON.stringify([host, port, path, tls, trusted]);
  const wrap = (underlay: Parameters<ConstructorParameters<typeof SecureStream>[1]>[0]): TLSSocket => {
    const session = sessions.session(sessionKey);
    const socket = connect({
      socket: underlay,
      secureContext: context,
      servername,
      // The verdict is ours to give: the chain is shown first.
      rejectUnauthorized: false,
      checkServerIdentity: (_, certificate) => checkServerIdentity(expected, certificate),
      ...(tls.alpn.length > 0 ? { ALPNProtocols: tls.alpn } : {}),
      ...(session === null ? {} : { session }),
    });
    return socket.on('session', (next) => {
      sessions.set(sessionKey, { session: next, examined: examine(socket), at: Date.now() });
    });
  };
  const examine = (socket: TLSSocket): Examined => {
    const known = socket.isSessionReused() ? sessions.get(sessionKey) : null;
    if (known !== null) return known.examined;
    return { chain: chainInfo(socket.getPeerCertificate(true)), verdict: serverVerdict(socket, expected) };
  };
  return {
    secure: (raw, events) => {
      const stream: SecureStream = shakeHands(
        raw,
        {
          wrap,
          done: 'secureConnect',
          timeoutMs: tls.handshakeTimeoutMs,
          keyLog,
          servername: () => servername || null,
          examine,
          isStrict: tls.verify,
        },
        {
          secured: (secured) => {
            refuseRenegotiation(stream);
            events.secured(secured);
          },
          refused: (refused) => {
            sessions.set(sessionKey, null);
            events.refused(refused);
          },
          keyLogFailed: events.keyLogFailed,
        },
      );
      return stream;
    },
  };
}

/** As certificates have it: ASCII, without a final dot, an address without its zone. */
function expectedName(host: string): string {
  const address = host.replace(/%.*$/, '');
  if (isIP(address) !== 0) return address;
  return (domainToASCII(host) || host).replace(/\.$/, '');
}

function serverVerdict(socket: TLSSocket, expected: string): Verdict {
  // Node's types call it an Error; it is the code.
  const code = socket.authorizationError as unknown as string | null;
  if (socket.authorized || code === null) return null;
  if (code !== 'ERR_TLS_CERT_ALTNAME_INVALID') {
    // Without it the reason of UNSPECIFIED would be lost.
    const reason = (socket as unknown as Inner).ssl?.verifyError?.()?.message;
    return { ...failed(code), message: reason ?? '' };
  }
  const message = checkServerIdentity(expected, socket.getPeerCertificate(true))?.message;
  return message === undefined ? failed(code, { name: 'other-names', host: expected }) : { code, message };
}

/** Up to TLS 1.2 a server may ask for another handshake, which node:tls lets a client take part in (RFC 5746). */
function refuseRenegotiation(stream: SecureStream): void {
  const { ssl } = stream.socket as unknown as Inner;
  if (!ssl || stream.socket.getProtocol() === 'TLSv1.3') return;
  // OpenSSL is the caller, so it must return before anything is destroyed.
  ssl.onhandshakestart = () =>
    void setImmediate(() => stream.fail(handshakeError(failed('ERR_TLS_RENEGOTIATION_DISABLED'))));
}
