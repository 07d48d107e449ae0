/** TLS of a listener: which certificate it shows, and whose it asks for. */
import { X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { TLSSocket, type SecureContext } from 'node:tls';
import { domainToASCII } from 'node:url';
import { failed } from '../../../../shared/failure.ts';
import type { ListenerSettings } from '../../../../shared/settings/settings.ts';
import { chainInfo } from './certificate-info.ts';
import { shakeHands, type Examined, type Inner, type TlsRole, type Verdict } from './handshake.ts';
import type { Identity, TlsResources } from './identity.ts';
import { secureContext } from './secure-contexts.ts';
import { systemAuthorities } from './system-authorities.ts';

type Shown = { leaf: X509Certificate; context: SecureContext };

/**
 * Reads and checks all that the handshakes will need. Rejects with a `FailureError`: CERTIFICATE_UNKNOWN,
 * KEY_LOG_UNWRITABLE, and those of `secureContext`.
 */
export async function serverRole(
  { tls, host }: Pick<ListenerSettings, 'tls' | 'host'>,
  { certificates, keyLog: kept }: TlsResources,
): Promise<TlsRole> {
  const identities: Identity[] =
    tls.identities.length === 0
      ? [await certificates.automatic(ownNames(host))]
      : await Promise.all(tls.identities.map((id) => certificates.identity(id)));
  const asks = tls.clientCertificates !== 'none';
  const authority = !asks
    ? null
    : tls.clientAuthority === ''
      ? await systemAuthorities()
      : await certificates.authority(tls.clientAuthority);
  const shown = identities.map(({ material }) => ({
    leaf: new X509Certificate(material.cert),
    context: secureContext(tls, material, authority),
  }));
  const keyLog = tls.keyLog ? kept : null;
  await keyLog?.open();
  const options = {
    isServer: true,
    secureContext: shown[0]!.context,
    requestCert: asks,
    rejectUnauthorized: tls.clientCertificates === 'require',
    SNICallback: (name: string, answer: Answer) => answer(null, byName(shown, name)),
    ...(tls.alpn.length > 0 ? { ALPNProtocols: tls.alpn } : {}),
  };
  return {
    secure: (raw, events) =>
      shakeHands(
        raw,
        {
          wrap: (underlay) => {
            const socket = new TLSSocket(underlay, options);
            socket.disableRenegotiation();
            return socket;
          },
          done: 'secure',
          timeoutMs: tls.handshakeTimeoutMs,
          keyLog,
          servername: (socket) => (socket as TLSSocket & { servername?: string | false }).servername || null,
          examine,
          isStrict: tls.clientCertificates === 'require',
        },
        events,
      ),
  };
}

type Answer = (error: Error | null, context?: SecureContext) => void;

/** Undefined: the default one. Must not throw (CVE-2026-21637), whatever name a client sends. */
function byName(shown: Shown[], name: string): SecureContext | undefined {
  try {
    // SNI has no final dot (RFC 6066 3), and a client that sends one means the same host.
    const host = domainToASCII(name.replace(/\.$/, '')) || name;
    const named = (wildcards: boolean) =>
      shown.find(({ leaf }) => leaf.checkHost(host, { wildcards }) !== undefined);
    return (named(false) ?? named(true))?.context;
  } catch {
    // A name that no certificate can have.
    return undefined;
  }
}

/** Where a certificate is required, OpenSSL itself ends the handshake of a client without one. */
function examine(socket: TLSSocket): Examined {
  const chain = chainInfo(socket.getPeerCertificate(true));
  return { chain, verdict: chain.length === 0 ? null : clientVerdict(socket) };
}

function clientVerdict(socket: TLSSocket): Verdict {
  const { ssl } = socket as unknown as Inner;
  if (typeof ssl?.verifyError !== 'function') return failed('UNSPECIFIED', { name: 'no-verdict' });
  const error = ssl.verifyError();
  return error === null || error === undefined
    ? null
    : { code: error.code ?? error.message, message: error.message };
}

/** What clients may call this machine by, for a certificate that it makes for itself. */
function ownNames(host: string): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((some = []) =>
    some.map(({ address }) => address.replace(/%.*$/, '')),
  );
  const isAny = /^(|0\.0\.0\.0|::)$/.test(host);
  const names = ['localhost', '127.0.0.1', '::1', ...(isAny ? [] : [host]), hostname(), ...addresses];
  return [...new Set(names)].filter((name) => /^[a-z0-9._:%-]+$/i.test(name)).slice(0, 100);
}
