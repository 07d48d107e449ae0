import { expect, test } from 'vitest';
import { en } from './en.ts';
import { explain } from './index.ts';

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
  expect(cause).toBe('TLS says: EE certificate key too weak.');
  expect(explain(failure('UNSPECIFIED'), 'securing').cause).toBe('TLS does not say more.');
});

test('a reason of OpenSSL that is not known is told with its library and in its words', () => {
  const message =
    '80EB2F2A:error:0A000163:SSL routines:tls_parse:bad srtp mki value:../deps/openssl/ssl/x.c:1:\n';
  expect(explain(failure('ERR_SSL_BAD_SRTP_MKI_VALUE', message), 'securing')).toMatchObject({
    what: 'TLS with example.org:443 failed: “bad srtp mki value” (ERR_SSL_BAD_SRTP_MKI_VALUE)',
    cause:
      'The part of TLS for connections gave this reason, which has no explanation here yet. TLS says: bad srtp mki value (SSL routines).',
  });
  expect(explain(failure('ERR_OSSL_EVP_UNSUPPORTED', '', ''))).toMatchObject({
    what: 'TLS failed: “unsupported” (ERR_OSSL_EVP_UNSUPPORTED)',
    cause: 'The part of TLS for keys and ciphers gave this reason, which has no explanation here yet.',
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

/** From BoringSSL's ssl.errordata, as its program has them: what a peer or our own settings can bring about. */
const boringReasons =
  'APP_DATA_IN_HANDSHAKE BAD_ALERT BAD_CHANGE_CIPHER_SPEC BAD_DIGEST_LENGTH BAD_ECC_CERT BAD_ECPOINT BAD_HANDSHAKE_RECORD ' +
  'BAD_HELLO_REQUEST BAD_LENGTH BAD_PACKET_LENGTH BLOCK_CIPHER_PAD_IS_WRONG CANNOT_PARSE_LEAF_CERT CA_DN_LENGTH_MISMATCH ' +
  'CCS_RECEIVED_EARLY CERTIFICATE_VERIFY_FAILED CERT_LENGTH_MISMATCH CLIENTHELLO_PARSE_FAILED CLIENTHELLO_TLSEXT ' +
  'DATA_LENGTH_TOO_LONG DECODE_ERROR DECRYPTION_FAILED DECRYPTION_FAILED_OR_BAD_RECORD_MAC DIGEST_CHECK_FAILED ' +
  'DOWNGRADE_DETECTED DUPLICATE_EXTENSION DUPLICATE_KEY_SHARE ECC_CERT_NOT_FOR_SIGNING EMPTY_HELLO_RETRY_REQUEST ' +
  'EMS_STATE_INCONSISTENT ENCRYPTED_LENGTH_TOO_LONG ERROR_IN_RECEIVED_CIPHER_LIST ERROR_PARSING_EXTENSION ' +
  'EXCESSIVE_MESSAGE_SIZE EXCESS_HANDSHAKE_DATA EXTRA_DATA_IN_MESSAGE HTTPS_PROXY_REQUEST HTTP_REQUEST ' +
  'INAPPROPRIATE_FALLBACK INCONSISTENT_CLIENT_HELLO INVALID_ALPN_PROTOCOL INVALID_COMMAND INVALID_OUTER_RECORD_TYPE ' +
  'KEY_USAGE_BIT_INCORRECT LENGTH_MISMATCH MISSING_EXTENSION MISSING_KEY_SHARE NO_APPLICATION_PROTOCOL ' +
  'NO_CERTIFICATES_RETURNED NO_CIPHERS_AVAILABLE NO_CIPHER_MATCH NO_COMMON_SIGNATURE_ALGORITHMS NO_RENEGOTIATION ' +
  'NO_SHARED_CIPHER NO_SHARED_GROUP NO_SUPPORTED_VERSIONS_ENABLED OLD_SESSION_CIPHER_NOT_RETURNED ' +
  'OLD_SESSION_PRF_HASH_MISMATCH OLD_SESSION_VERSION_NOT_RETURNED PARSE_TLSEXT PEER_DID_NOT_RETURN_A_CERTIFICATE ' +
  'PEER_ERROR_UNSUPPORTED_CERTIFICATE_TYPE PSK_IDENTITY_BINDER_COUNT_MISMATCH PSK_IDENTITY_NOT_FOUND ' +
  'RECORD_LENGTH_MISMATCH RECORD_TOO_LARGE RENEGOTIATION_EMS_MISMATCH RENEGOTIATION_MISMATCH ' +
  'RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION ' +
  'SECOND_SERVERHELLO_VERSION_MISMATCH SERVERHELLO_TLSEXT SERVER_CERT_CHANGED SERVER_ECHOED_INVALID_SESSION_ID ' +
  'SIGNATURE_ALGORITHMS_EXTENSION_SENT_BY_SERVER SSL_SESSION_ID_CONTEXT_TOO_LONG TLS13_DOWNGRADE ' +
  'TLSV1_ALERT_ECH_REQUIRED TLS_PEER_DID_NOT_RESPOND_WITH_CERTIFICATE_LIST TLS_RSA_ENCRYPTED_VALUE_LENGTH_IS_WRONG ' +
  'TOO_MANY_EMPTY_FRAGMENTS TOO_MANY_KEY_UPDATES TOO_MANY_WARNING_ALERTS TOO_MUCH_SKIPPED_EARLY_DATA ' +
  'UNCOMPRESSED_CERT_TOO_LARGE UNEXPECTED_EXTENSION UNEXPECTED_MESSAGE UNEXPECTED_RECORD UNKNOWN_ALERT_TYPE ' +
  'UNKNOWN_CERTIFICATE_TYPE UNKNOWN_CIPHER_RETURNED UNKNOWN_PROTOCOL UNKNOWN_SSL_VERSION ' +
  'UNSAFE_LEGACY_RENEGOTIATION_DISABLED UNSUPPORTED_COMPRESSION_ALGORITHM UNSUPPORTED_ELLIPTIC_CURVE ' +
  'UNSUPPORTED_PROTOCOL WRONG_CERTIFICATE_TYPE WRONG_CIPHER_RETURNED WRONG_CURVE WRONG_MESSAGE_TYPE ' +
  'WRONG_SIGNATURE_TYPE WRONG_SSL_VERSION WRONG_VERSION_NUMBER';

test('every reason of BoringSSL that a connection can have is explained', () => {
  const codes = boringReasons.split(' ').map((reason) => `ERR_SSL_${reason}`);
  expect(codes.filter((code) => !Object.hasOwn(en.failures.known, code))).toEqual([]);
});

test('a reason in BoringSSL’s own form is told in words', () => {
  const message = 'error:100000d7:SSL routines:OPENSSL_internal:X509_VERIFICATION_SETUP_PROBLEMS';
  const { cause } = explain(failure('ERR_SSL_X509_VERIFICATION_SETUP_PROBLEMS', message), 'securing');
  expect(cause).toContain('TLS says: x509 verification setup problems (SSL routines).');
  const mismatch = 'error:0b000074:X.509 certificate routines:OPENSSL_internal:KEY_VALUES_MISMATCH';
  expect(explain(failure('TLS_CERTIFICATE_REFUSED', mismatch)).cause).toBe(
    'TLS says: key values mismatch (X.509 certificate routines).',
  );
});
