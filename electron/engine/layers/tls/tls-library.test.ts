import { expect, test } from 'vitest';
import { defaultClientTls } from '../../../../shared/settings/tls.ts';
import type { ClientTls } from '../../../../shared/settings/settings.ts';
import { withUsualName } from './handshake-failures.ts';
import { secureContext } from './secure-contexts.ts';
import { boringSuites13, libraryOf } from './tls-library.ts';

test.each([
  ['OpenSSL', {}, { node: '20.20.2' }],
  ['BoringSSL', {}, { node: '24.1.0', electron: '45.4.1' }],
  ['BoringSSL', { openssl_is_boringssl: true }, { node: '26.3.0' }],
  ['OpenSSL', { openssl_is_boringssl: false }, { node: '24.21.0' }],
])('the library is %s where Node says %j and %j', (library, features, versions) => {
  expect(libraryOf({ features, versions })).toBe(library);
});

const all13 = boringSuites13.join(':');
const older = 'ECDHE-RSA-AES128-GCM-SHA256';

/** What is refused for BoringSSL; null: it is taken. What it takes OpenSSL takes too, so that this can be seen here. */
function refusedByBoring(tls: Partial<ClientTls>): string | null {
  try {
    secureContext({ ...defaultClientTls(), ...tls }, null, null, 'BoringSSL');
    return null;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

test.each<[string, Partial<ClientTls>, string | null]>([
  ['old versions without a security level', { minVersion: 'TLSv1' }, null],
  ['all suites of TLS 1.3, in any order', { ciphers: [...boringSuites13].reverse().join(':') }, null],
  [
    'one suite of TLS 1.3, because others could be agreed on',
    { ciphers: boringSuites13[2]! },
    'TLS_CIPHERS_FIXED',
  ],
  [
    'two of them beside older ones',
    { ciphers: `${boringSuites13[0]}:${boringSuites13[1]}:${older}` },
    'TLS_CIPHERS_FIXED',
  ],
  ['a suite that it does not have', { ciphers: `${all13}:TLS_AES_128_CCM_SHA256` }, 'TLS_CIPHERS'],
  ['no security, which is all that it has', { ciphers: `${older}:@SECLEVEL=0`, maxVersion: 'TLSv1.2' }, null],
  [
    'no security, in OpenSSL’s other spelling',
    { ciphers: `${older}@SECLEVEL=0`, maxVersion: 'TLSv1.2' },
    null,
  ],
  [
    'a security level that it does not have',
    { ciphers: `${older}:@SECLEVEL=2`, maxVersion: 'TLSv1.2' },
    'TLS_SECURITY_LEVEL',
  ],
])('of BoringSSL is asked: %s', (_, tls, code) => {
  const ciphers =
    tls.maxVersion === undefined && tls.ciphers ? `${tls.ciphers}:${older}` : (tls.ciphers ?? '');
  expect(refusedByBoring({ ...tls, ciphers })).toBe(code);
});

test.each([
  ['TLSV1_ALERT_CERTIFICATE_REQUIRED', 'TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  ['TLSV1_ALERT_UNRECOGNIZED_NAME', 'TLSV1_UNRECOGNIZED_NAME'],
  ['TLSV1_ALERT_UNSUPPORTED_EXTENSION', 'TLSV1_UNSUPPORTED_EXTENSION'],
  ['TLSV1_ALERT_CERTIFICATE_UNOBTAINABLE', 'TLSV1_CERTIFICATE_UNOBTAINABLE'],
  ['TLSV1_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE', 'TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE'],
  ['TLSV1_ALERT_BAD_CERTIFICATE_HASH_VALUE', 'TLSV1_BAD_CERTIFICATE_HASH_VALUE'],
  ['TLSV1_ALERT_UNKNOWN_CA', 'TLSV1_ALERT_UNKNOWN_CA'],
  ['SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'SSLV3_ALERT_HANDSHAKE_FAILURE'],
  ['SSL/TLS_ALERT_BAD_RECORD_MAC', 'SSLV3_ALERT_BAD_RECORD_MAC'],
  ['TLSV1_ALERT_OF_ANOTHER_TIME', 'TLSV1_ALERT_OF_ANOTHER_TIME'],
])('the alert that a library calls %s is told as %s', (theirs, usual) => {
  expect(withUsualName(Object.assign(new Error(), { code: `ERR_SSL_${theirs}` })).code).toBe(
    `ERR_SSL_${usual}`,
  );
});
