/** What a TLS endpoint needs of OpenSSL or BoringSSL, checked before any handshake: node:tls says nothing until all of them fail. */
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  getCiphers,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import type { TlsLibrary } from '../../../../shared/certificates.ts';
import { failureOf, FailureError } from '../../../../shared/failure.ts';
import type { ClientTls, ListenerTls } from '../../../../shared/settings/settings.ts';
import { tlsVersions } from '../../../../shared/certificates.ts';
import type { KeyMaterial } from './identity.ts';
import { boringAlgorithms, boringSuites13, tlsLibrary } from './tls-library.ts';

type Common = Pick<ListenerTls | ClientTls, 'minVersion' | 'maxVersion' | 'ciphers'>;

const refusal = (code: string, message: string, subject: string): FailureError =>
  new FailureError({ code, message, subject });

const isOld = (version: Common['minVersion']): boolean =>
  tlsVersions.indexOf(version) < tlsVersions.indexOf('TLSv1.2');

/**
 * Throws TLS_VERSIONS (lowest above highest), TLS_CIPHERS (the library knows none of them), TLS_CIPHERS_UNFIT (none is of
 * an allowed version), TLS_CIPHERS_FIXED and TLS_SECURITY_LEVEL (BoringSSL cannot choose so), and
 * TLS_CERTIFICATE_REFUSED for what the library does not take, such as a key that is too short.
 */
export function secureContext(
  tls: Common,
  material: KeyMaterial | null,
  authority: string[] | null,
  library: TlsLibrary = tlsLibrary,
): SecureContext {
  requireVersions(tls, library);
  const versions = { minVersion: tls.minVersion, maxVersion: tls.maxVersion };
  const options =
    library === 'BoringSSL'
      ? { ...versions, ...boringAlgorithms, ciphers: boringCiphers(tls) }
      : { ...versions, ciphers: opensslCiphers(tls) };
  attempt(options, 'TLS_CIPHERS', 'tls.ciphers');
  const whole = { ...options, ...material, sessionIdContext };
  if (authority === null) return attempt(whole, 'TLS_CERTIFICATE_REFUSED', '');
  const key = JSON.stringify(whole);
  const last = lastContexts.get(authority);
  if (last?.key === key) return last.context;
  const context = attempt({ ...whole, ca: authority }, 'TLS_CERTIFICATE_REFUSED', '');
  lastContexts.set(authority, { key, context });
  return context;
}

/** By its authorities: reading the system's takes about 30 ms, which a client that connects again and again saves. */
const lastContexts = new WeakMap<string[], { key: string; context: SecureContext }>();

/** Sessions of one process may be taken up again by any of its servers whose tickets they are. */
const sessionIdContext = 'socketscope';

function attempt(options: SecureContextOptions, code: string, subject: string): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    const { message } = failureOf(error);
    throw refusal(code, message, subject);
  }
}

function requireVersions({ minVersion, maxVersion, ciphers }: Common, library: TlsLibrary): void {
  if (tlsVersions.indexOf(minVersion) > tlsVersions.indexOf(maxVersion))
    throw refusal('TLS_VERSIONS', '', 'tls.maxVersion');
  const names = ciphers.split(':').filter((name) => name !== '');
  if (names.length === 0) return;
  const has13 = names.some((name) => name.startsWith('TLS_'));
  const hasOlder = names.some((name) => !name.startsWith('TLS_'));
  const known = library === 'BoringSSL' ? boringSuites13 : getCiphers().map((name) => name.toUpperCase());
  const unknown = names.find((name) => name.startsWith('TLS_') && !known.includes(name));
  if (unknown !== undefined) throw refusal('TLS_CIPHERS', '', 'tls.ciphers');
  const isUnfit = (minVersion === 'TLSv1.3' && !has13) || (maxVersion !== 'TLSv1.3' && !hasOlder);
  if (!isUnfit) return;
  throw refusal('TLS_CIPHERS_UNFIT', '', 'tls.ciphers');
}

/** OpenSSL 3 allows TLS 1.0 and 1.1 only at its security level 0. */
function opensslCiphers({ ciphers, minVersion }: Common): string {
  if (ciphers !== '') return ciphers;
  return isOld(minVersion) ? `${DEFAULT_CIPHERS}:@SECLEVEL=0` : DEFAULT_CIPHERS;
}

/** BoringSSL has no security levels: it does what OpenSSL does at level 0, and refuses the word. */
function boringCiphers({ ciphers }: Common): string {
  const names = ciphers
    .replaceAll(/@SECLEVEL=0\b/g, ':')
    .split(':')
    .filter((name) => name !== '');
  const level = /@SECLEVEL=?\w*/.exec(names.join(':'))?.[0];
  if (level !== undefined) throw refusal('TLS_SECURITY_LEVEL', '', 'tls.ciphers');
  const suites13 = names.filter((name) => name.startsWith('TLS_'));
  if (suites13.length > 0 && boringSuites13.some((name) => !suites13.includes(name)))
    throw refusal('TLS_CIPHERS_FIXED', '', 'tls.ciphers');
  return names.length === 0 ? DEFAULT_CIPHERS : names.join(':');
}
