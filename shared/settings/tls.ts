/** Options of TLS. */
import * as v from 'valibot';
import { parseKeptHost } from '../address.ts';
import { tlsVersions, type TlsVersion } from '../certificates.ts';
import { choice, group, initialOf, list, number, text, toggle, type Option } from './field.ts';
import { found, hostProblems, type Found } from './field-problem.ts';

export const mostIdentities = 64;
export const handshakeBounds = { min: 100, max: 600_000 };

const option: Option = { panel: 'tls', of: (_, { isSecured }) => isSecured };
const id = (at: Option = option) => text(64, { option: at });

const common = {
  /** Offered (client) or accepted (server) in this order (RFC 7301); empty = no ALPN. */
  alpn: list(text(255), 32, {
    option,
    // RFC 7301: 1 to 255 bytes; all registered names are printable ASCII.
    check: (names) => (names.every((name) => /^[\x21-\x7e]{1,255}$/.test(name)) ? [] : [found('alpn-name')]),
  }),
  minVersion: choice(tlsVersions, option, 'TLSv1.2'),
  maxVersion: choice(tlsVersions, option, 'TLSv1.3'),
  /** OpenSSL cipher list with TLS 1.3 suites in front; '' = Node's default. The engine checks it when it starts. */
  ciphers: text(4096, {
    option,
    check: (ciphers) => (/[^\x21-\x7e]/.test(ciphers) ? [found('ciphers-character')] : []),
  }),
  handshakeTimeoutMs: number(10_000, handshakeBounds, { ...option, panel: 'timeouts' }),
  /** Secrets of every connection are kept in NSS key log format: whoever has them can read the traffic. */
  keyLog: toggle(false, option),
};

const check = (tls: { minVersion: TlsVersion; maxVersion: TlsVersion }): Found[] =>
  tlsVersions.indexOf(tls.minVersion) > tlsVersions.indexOf(tls.maxVersion)
    ? [{ ...found('tls-versions'), at: 'maxVersion' }]
    : [];

export const listenerTls = group(
  {
    /** Certificates of the store by id; the first is the default, others are chosen by SNI. Empty = one made by the local CA. */
    identities: list(v.pipe(v.string(), v.maxLength(64)), mostIdentities, { option }),
    clientCertificates: choice(['none', 'request', 'require'], option),
    /** Who must have signed client certificates: '' = the system's and Node's, 'local' = the local CA, else an id. */
    clientAuthority: id({ ...option, needs: 'clientCertificates' }),
    ...common,
  },
  { check },
);
export type ListenerTls = v.InferOutput<typeof listenerTls>;
export const defaultListenerTls = (): ListenerTls => initialOf(listenerTls);

export const clientTls = group(
  {
    /** Name sent as SNI (RFC 6066) and checked against the certificate; '' = the host. */
    servername: text(1000, { option, check: servernameProblems }),
    sendServername: toggle(true, option),
    /** False: connects whatever certificate the server shows, and says so. */
    verify: toggle(true, option),
    /** Trusted authorities: '' = the system's and Node's, 'local' = the local CA, else an id of the store. */
    authority: id(),
    /** Certificate shown to the server when it asks; '' = none. */
    identity: id(),
    ...common,
  },
  { check },
);
export type ClientTls = v.InferOutput<typeof clientTls>;
export const defaultClientTls = (): ClientTls => initialOf(clientTls);

function servernameProblems(name: string): Found[] {
  if (name === '') return [];
  const parsed = parseKeptHost(name);
  return parsed.ok && parsed.kind !== 'name'
    ? [found('servername-address', name.length)]
    : hostProblems(name);
}
