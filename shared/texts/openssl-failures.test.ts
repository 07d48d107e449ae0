import { expect, test } from 'vitest';
import { en, explain } from './index.ts';

const failure = (code: string, message = '', subject = 'example.org:443') => ({ code, subject, message });

/** All of node:tls, “X509 certificate error codes”, and what it finds itself. */
const verdicts =
  'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE ' +
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID ' +
  'CERT_HAS_EXPIRED CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD ' +
  'ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD OUT_OF_MEM DEPTH_ZERO_SELF_SIGNED_CERT ' +
  'SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG ' +
  'CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH ' +
  'UNSPECIFIED ERR_TLS_CERT_ALTNAME_INVALID ERR_TLS_CERT_ALTNAME_FORMAT';

test('every code that Node has for a chain that does not hold is explained', () => {
  for (const code of verdicts.split(' ')) {
    expect(Object.keys(en.failures.known)).toContain(code);
    expect(explain(failure(code), 'securing').what).toMatch(/^The certificate .*\([A-Z0-9_]+\)$/);
  }
});

test('a chain that fails for a reason without a code keeps OpenSSL’s words', () => {
  const { cause } = explain(failure('UNSPECIFIED', 'EE certificate key too weak'), 'securing');
  expect(cause).toBe('OpenSSL says: EE certificate key too weak.');
  expect(explain(failure('UNSPECIFIED'), 'securing').cause).toBe('OpenSSL does not say more.');
});

test('a reason of OpenSSL that is not known is told with its library and in its words', () => {
  const message =
    '80EB2F2A:error:0A000163:SSL routines:tls_parse:bad srtp mki value:../deps/openssl/ssl/x.c:1:\n';
  expect(explain(failure('ERR_SSL_BAD_SRTP_MKI_VALUE', message), 'securing')).toMatchObject({
    what: 'TLS with example.org:443 failed in OpenSSL: “bad srtp mki value” (ERR_SSL_BAD_SRTP_MKI_VALUE)',
    cause:
      'The part of OpenSSL for TLS itself gave this reason, which has no explanation here yet. OpenSSL says: bad srtp mki value (SSL routines).',
  });
  expect(explain(failure('ERR_OSSL_EVP_UNSUPPORTED', '', ''))).toMatchObject({
    what: 'TLS failed in OpenSSL: “unsupported” (ERR_OSSL_EVP_UNSUPPORTED)',
    cause: 'The part of OpenSSL for keys and ciphers gave this reason, which has no explanation here yet.',
  });
  for (const code of [
    'ERR_SSL_REASON(1199)',
    'ERR_OSSL_TLS_CONSTRUCTOR',
    'ERR_SSL_X',
    'ERR_OSSL_constructor_x',
  ])
    expect(explain(failure(code)).what).toContain(`(${code})`);
});

test('every explanation of OpenSSL’s codes stands in every situation', () => {
  for (const code of Object.keys(en.failures.known).filter((one) => one.startsWith('ERR_SSL_')))
    for (const during of [null, 'securing', 'open'] as const)
      for (const subject of ['example.org:443', '']) {
        const { what, cause, tryThis } = explain(failure(code, '', subject), during);
        expect(what).toContain(`(${code})`);
        for (const text of [what, cause, tryThis]) expect(text).not.toMatch(/undefined|\(\)| {2}|^[a-z]+ /);
        expect(`${cause} ${tryThis}`).toMatch(/\. .*\.$/s);
      }
});
