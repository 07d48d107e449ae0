/** What OpenSSL and BoringSSL say of a handshake or a certificate, beyond the usual: the rest of their alerts, reasons, verdicts. */
import type { FailureText } from '../failure-situation.ts';
import { alert, ofPeer, peer, plain, unverified } from './failure-sentences.ts';

const anotherVersion = 'Try another version of TLS, and look into the peer’s log.';
const oldAlert =
  'This alert belongs to versions of TLS that are no longer used; the peer is very old or broken.';

const alerts = {
  ERR_SSL_TLSV1_ALERT_DECRYPTION_FAILED: alert('decryption failed', oldAlert, anotherVersion),
  ERR_SSL_SSLV3_ALERT_DECOMPRESSION_FAILURE: alert('decompression failure', oldAlert, anotherVersion),
  ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE: alert('no certificate', oldAlert, anotherVersion),
  ERR_SSL_TLSV1_ALERT_EXPORT_RESTRICTION: alert('export restriction', oldAlert, anotherVersion),
  ERR_SSL_TLSV1_UNSUPPORTED_EXTENSION: alert(
    'unsupported extension',
    'The server answered with an extension that the client had not offered, or put it into the wrong message.',
    anotherVersion,
  ),
  ERR_SSL_TLSV1_CERTIFICATE_UNOBTAINABLE: alert(
    'certificate unobtainable',
    'The server could not fetch the client’s certificate from where the client said that it lies.',
    'Send the certificate itself.',
  ),
  ERR_SSL_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE: alert(
    'bad certificate status response',
    'The server attached a statement about its certificate (OCSP) that the peer does not take: it is outdated or broken.',
    'Let the server fetch a new statement, or leave it out.',
  ),
  ERR_SSL_TLSV1_BAD_CERTIFICATE_HASH_VALUE: alert(
    'bad certificate hash value',
    'The certificate that was fetched is not the one that was promised.',
    'Send the certificate itself.',
  ),
  ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY: alert(
    'unknown PSK identity',
    'The peer works with keys that were agreed on before (PSK) and does not know the one of this side.',
    'Socketscope has no such keys: let the peer use certificates.',
  ),
  ERR_SSL_TLSV1_ALERT_ECH_REQUIRED: alert(
    'ECH required',
    'The server wants the greeting encrypted (ECH), or the key for that which the peer used is out of date.',
    'Socketscope sends no encrypted greeting: let the server take plain ones.',
  ),
  TLS_UNKNOWN_ALERT: (({ subject, code, message }) => ({
    what: `${peer(subject)} refused TLS with an alert that has no name (${code})`,
    cause: `${message.replace(/\.$/, '') || 'Its number belongs to no alert of TLS'}.`,
    tryThis: 'Look up its number in the list of TLS alerts (IANA), and look into the peer’s log.',
  })) satisfies FailureText,
};

const weakKey = plain(
  'A key or signature is too weak for OpenSSL',
  'A certificate has a key of less than 2048 bits (RSA) or 224 bits (EC), or it was signed with SHA-1 or MD5.',
  'Make the certificate anew with EC P-256 or RSA 2048 and SHA-256. To test an old peer, end the cipher suites with :@SECLEVEL=0.',
);
const noCommonGroup = ofPeer(
  (who) => `${who} and this side have no key exchange in common`,
  'The two support different groups (curves) for agreeing on a key.',
  'Let the peer allow a usual group, such as X25519 or P-256.',
);
const noCommonSignature = ofPeer(
  (who) => `${who} and this side have no kind of signature in common`,
  'The certificate’s key (EC or RSA) or its hash is one that the other side does not take.',
  'Use a certificate with another kind of key, and allow TLS 1.2 or 1.3 with its usual cipher suites.',
);
const wrongSignature = ofPeer(
  (who) => `${who} proved its identity with a signature that is wrong`,
  'Its key does not belong to its certificate, it signs in a way that was not agreed on, or somebody sits between.',
  'Check certificate and key of the peer.',
);
const malformed = ofPeer(
  (who) => `${who} sent a TLS message that is not well formed`,
  'A length or a field of a message makes no sense: the peer’s TLS has a fault, the bytes were changed on their way, or they only look like TLS.',
  anotherVersion,
);
const outOfOrder = ofPeer(
  (who) => `${who} sent a TLS message at the wrong time`,
  'It does not follow the order of the handshake, or mixes it with other bytes.',
  anotherVersion,
);
const notOffered = ofPeer(
  (who) => `${who} chose something that this side did not offer`,
  'The server picked a version, cipher suite or extension that was not on the list.',
  anotherVersion,
);
const flooding = ofPeer(
  (who) => `${who} sent too much of what makes no progress`,
  'Warnings, key updates or messages without end use up processor time and memory, so the connection was ended.',
  'Look at what the peer does; connect again.',
);
const tooLong = ofPeer(
  (who) => `${who} sent a TLS record or message that is too long`,
  'It is longer than TLS allows; mostly it is not TLS at all.',
  'Check that nothing but TLS is sent on this connection.',
);
const noVersionLeft = plain(
  'OpenSSL does not allow the chosen TLS versions',
  'A rule of this system, or the security level of the cipher suites, forbids them.',
  'Allow TLS 1.2 or 1.3. For older versions end the cipher suites with :@SECLEVEL=0.',
);
const wrongUse = ofPeer(
  (who) => `${who} showed a certificate whose key may not be used so`,
  'Its key usage leaves out “digital signature” (or “key encipherment”, for cipher suites without ECDHE). BoringSSL, which the desktop uses, ends the handshake over that; OpenSSL takes it.',
  'Make the certificate anew with the key usages digitalSignature and keyEncipherment, or without any.',
);
const otherSession = ofPeer(
  (who) => `${who} took up a session that does not fit`,
  'What was agreed on before and what the peer says now are different: its settings have changed.',
  'Connect again: a new session is made.',
);
const fallback = ofPeer(
  (who) => `${who} tried an older version than both sides can speak`,
  'A client falls back to an older version after a failure, or somebody between makes it do so.',
  'Set the highest version of the client to TLS 1.3.',
);
const plainHttp = ofPeer(
  (who) => `${who} sent an HTTP request without TLS`,
  'A browser or program was given an http:// address, or uses this port as its proxy, and this server speaks TLS.',
  'Use https:// with this port, or a server without TLS.',
);
const cutOff = ofPeer(
  (who) => `${who} ended the connection in the middle of TLS`,
  'The connection was closed without a TLS goodbye (close_notify): a program ended, or something between cut it off.',
  'Look into the peer’s log; what it sent last may be missing.',
);

const reasons = {
  ERR_SSL_EE_KEY_TOO_SMALL: weakKey,
  ERR_SSL_CA_KEY_TOO_SMALL: weakKey,
  ERR_SSL_CA_MD_TOO_WEAK: weakKey,
  ERR_SSL_DH_KEY_TOO_SMALL: ofPeer(
    (who) => `${who} uses a Diffie-Hellman group that is too small`,
    'Groups of less than 2048 bits can be broken.',
    'Let the server use a longer group, or cipher suites with ECDHE.',
  ),
  ERR_SSL_NO_SHARED_GROUPS: noCommonGroup,
  ERR_SSL_NO_SHARED_GROUP: noCommonGroup,
  ERR_SSL_NO_SUITABLE_GROUPS: noCommonGroup,
  ERR_SSL_NO_SUITABLE_KEY_SHARE: noCommonGroup,
  ERR_SSL_WRONG_CURVE: noCommonGroup,
  ERR_SSL_UNSUPPORTED_ELLIPTIC_CURVE: noCommonGroup,
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: noCommonSignature,
  ERR_SSL_NO_COMMON_SIGNATURE_ALGORITHMS: noCommonSignature,
  ERR_SSL_PEER_ERROR_UNSUPPORTED_CERTIFICATE_TYPE: noCommonSignature,
  ERR_SSL_BAD_ECC_CERT: noCommonSignature,
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: noCommonSignature,
  ERR_SSL_NO_SUITABLE_DIGEST_ALGORITHM: noCommonSignature,
  ERR_SSL_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED: noCommonSignature,
  ERR_SSL_WRONG_SIGNATURE_TYPE: noCommonSignature,
  ERR_SSL_WRONG_CERTIFICATE_TYPE: noCommonSignature,
  ERR_SSL_UNKNOWN_CERTIFICATE_TYPE: noCommonSignature,
  ERR_SSL_BAD_SIGNATURE: wrongSignature,
  ERR_SSL_WRONG_SIGNATURE_SIZE: wrongSignature,
  ERR_SSL_WRONG_SIGNATURE_LENGTH: wrongSignature,
  ERR_SSL_DIGEST_CHECK_FAILED: wrongSignature,
  ERR_SSL_KEY_USAGE_BIT_INCORRECT: wrongUse,
  ERR_SSL_ECC_CERT_NOT_FOR_SIGNING: wrongUse,
  ERR_SSL_CERTIFICATE_VERIFY_FAILED: ofPeer(
    (who) => `${who} showed a certificate that does not hold`,
    'TLS itself ended the handshake over it: its chain, its dates or its purpose are wrong, or nobody here trusts its authority.',
    'Look at the certificate that the peer shows, and at “Trusted authorities”.',
  ),
  ERR_SSL_NO_CERTIFICATES_RETURNED: plain(
    'No certificate was shown',
    'The other side needs one for this cipher suite.',
    'Give it a certificate with its key.',
  ),
  ERR_SSL_LENGTH_MISMATCH: malformed,
  ERR_SSL_LENGTH_TOO_SHORT: malformed,
  ERR_SSL_BAD_LENGTH: malformed,
  ERR_SSL_BAD_PACKET: malformed,
  ERR_SSL_BAD_PACKET_LENGTH: malformed,
  ERR_SSL_BAD_EXTENSION: malformed,
  ERR_SSL_BAD_RECORD_TYPE: malformed,
  ERR_SSL_BAD_KEY_SHARE: malformed,
  ERR_SSL_BAD_ECPOINT: malformed,
  ERR_SSL_BAD_DIGEST_LENGTH: malformed,
  ERR_SSL_BAD_HANDSHAKE_LENGTH: malformed,
  ERR_SSL_BAD_LEGACY_VERSION: malformed,
  ERR_SSL_INVALID_ALERT: malformed,
  ERR_SSL_UNKNOWN_ALERT_TYPE: malformed,
  ERR_SSL_CLIENTHELLO_TLSEXT: malformed,
  ERR_SSL_SERVERHELLO_TLSEXT: malformed,
  ERR_SSL_PARSE_TLSEXT: malformed,
  ERR_SSL_RECORD_LENGTH_MISMATCH: malformed,
  ERR_SSL_RECORD_TOO_SMALL: malformed,
  ERR_SSL_EXTRA_DATA_IN_MESSAGE: malformed,
  ERR_SSL_MISSING_SIGALGS_EXTENSION: malformed,
  ERR_SSL_MISSING_SUPPORTED_GROUPS_EXTENSION: malformed,
  ERR_SSL_BLOCK_CIPHER_PAD_IS_WRONG: malformed,
  ERR_SSL_DECRYPTION_FAILED: malformed,
  ERR_SSL_RECORD_LAYER_FAILURE: malformed,
  ERR_SSL_DECODE_ERROR: malformed,
  ERR_SSL_ERROR_PARSING_EXTENSION: malformed,
  ERR_SSL_ERROR_IN_RECEIVED_CIPHER_LIST: malformed,
  ERR_SSL_CLIENTHELLO_PARSE_FAILED: malformed,
  ERR_SSL_BAD_ALERT: malformed,
  ERR_SSL_INVALID_OUTER_RECORD_TYPE: malformed,
  ERR_SSL_CANNOT_PARSE_LEAF_CERT: malformed,
  ERR_SSL_CERT_LENGTH_MISMATCH: malformed,
  ERR_SSL_MISSING_EXTENSION: malformed,
  ERR_SSL_MISSING_KEY_SHARE: malformed,
  ERR_SSL_DUPLICATE_EXTENSION: malformed,
  ERR_SSL_DUPLICATE_KEY_SHARE: malformed,
  ERR_SSL_EMPTY_HELLO_RETRY_REQUEST: malformed,
  ERR_SSL_INCONSISTENT_CLIENT_HELLO: malformed,
  ERR_SSL_CA_DN_LENGTH_MISMATCH: malformed,
  ERR_SSL_TLS_PEER_DID_NOT_RESPOND_WITH_CERTIFICATE_LIST: malformed,
  ERR_SSL_TLS_RSA_ENCRYPTED_VALUE_LENGTH_IS_WRONG: malformed,
  ERR_SSL_UNEXPECTED_RECORD: outOfOrder,
  ERR_SSL_EXCESS_HANDSHAKE_DATA: outOfOrder,
  ERR_SSL_BAD_HANDSHAKE_RECORD: outOfOrder,
  ERR_SSL_WRONG_MESSAGE_TYPE: outOfOrder,
  ERR_SSL_BAD_CHANGE_CIPHER_SPEC: outOfOrder,
  ERR_SSL_BAD_HELLO_REQUEST: outOfOrder,
  ERR_SSL_UNEXPECTED_CCS_MESSAGE: outOfOrder,
  ERR_SSL_CCS_RECEIVED_EARLY: outOfOrder,
  ERR_SSL_INVALID_CCS_MESSAGE: outOfOrder,
  ERR_SSL_GOT_A_FIN_BEFORE_A_CCS: outOfOrder,
  ERR_SSL_APP_DATA_IN_HANDSHAKE: outOfOrder,
  ERR_SSL_MIXED_HANDSHAKE_AND_NON_HANDSHAKE_DATA: outOfOrder,
  ERR_SSL_NOT_ON_RECORD_BOUNDARY: outOfOrder,
  ERR_SSL_APPLICATION_DATA_AFTER_CLOSE_NOTIFY: outOfOrder,
  ERR_SSL_UNSUPPORTED_SSL_VERSION: notOffered,
  ERR_SSL_WRONG_SSL_VERSION: notOffered,
  ERR_SSL_UNKNOWN_SSL_VERSION: notOffered,
  ERR_SSL_UNKNOWN_PROTOCOL: notOffered,
  ERR_SSL_BAD_PROTOCOL_VERSION_NUMBER: notOffered,
  ERR_SSL_WRONG_CIPHER_RETURNED: notOffered,
  ERR_SSL_UNKNOWN_CIPHER_RETURNED: notOffered,
  ERR_SSL_UNSOLICITED_EXTENSION: notOffered,
  ERR_SSL_UNEXPECTED_EXTENSION: notOffered,
  ERR_SSL_SECOND_SERVERHELLO_VERSION_MISMATCH: notOffered,
  ERR_SSL_INVALID_ALPN_PROTOCOL: notOffered,
  ERR_SSL_SIGNATURE_ALGORITHMS_EXTENSION_SENT_BY_SERVER: notOffered,
  ERR_SSL_UNSUPPORTED_COMPRESSION_ALGORITHM: notOffered,
  ERR_SSL_INAPPROPRIATE_FALLBACK: fallback,
  ERR_SSL_TLS13_DOWNGRADE: fallback,
  ERR_SSL_DOWNGRADE_DETECTED: fallback,
  ERR_SSL_VERSION_TOO_LOW: noVersionLeft,
  ERR_SSL_VERSION_TOO_HIGH: noVersionLeft,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: noVersionLeft,
  ERR_SSL_NO_SUPPORTED_VERSIONS_ENABLED: plain(
    'No TLS version is left',
    'What is chosen leaves no version that TLS here can speak.',
    'Allow TLS 1.2 or 1.3.',
  ),
  ERR_SSL_NO_CIPHERS_AVAILABLE: plain(
    'No cipher suite is left for the chosen TLS versions',
    'The list of cipher suites has none of these versions, or the security level forbids them.',
    'Leave the cipher suites empty, or allow other versions.',
  ),
  ERR_SSL_INVALID_COMMAND: plain(
    'The list of cipher suites has a word that is not known here',
    'BoringSSL, which the desktop uses, has no @SECLEVEL.',
    'Correct the list, or leave the field empty.',
  ),
  ERR_SSL_NO_CIPHER_MATCH: plain(
    'There is no such cipher suite',
    'None of the names in the list of cipher suites is known here. The desktop’s BoringSSL knows fewer than OpenSSL, and none with DHE, CCM, ARIA or Camellia.',
    'Correct the names, or leave the field empty; “openssl ciphers” lists those of OpenSSL.',
  ),
  ERR_SSL_INSUFFICIENT_SECURITY: ofPeer(
    (who) => `${who} offers nothing that is strong enough`,
    'The security level of this side forbids all that the peer offers.',
    'Let the peer allow stronger cipher suites.',
  ),
  ERR_SSL_TOO_MANY_WARN_ALERTS: flooding,
  ERR_SSL_TOO_MANY_KEY_UPDATES: flooding,
  ERR_SSL_TOO_MUCH_EARLY_DATA: flooding,
  ERR_SSL_TOO_MUCH_SKIPPED_EARLY_DATA: flooding,
  ERR_SSL_TOO_MANY_WARNING_ALERTS: flooding,
  ERR_SSL_TOO_MANY_EMPTY_FRAGMENTS: flooding,
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: tooLong,
  ERR_SSL_RECORD_TOO_LARGE: tooLong,
  ERR_SSL_UNCOMPRESSED_CERT_TOO_LARGE: tooLong,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: tooLong,
  ERR_SSL_DATA_LENGTH_TOO_LONG: tooLong,
  ERR_SSL_ENCRYPTED_LENGTH_TOO_LONG: tooLong,
  ERR_SSL_LENGTH_TOO_LONG: tooLong,
  ERR_SSL_HTTP_REQUEST: plainHttp,
  ERR_SSL_HTTPS_PROXY_REQUEST: plainHttp,
  ERR_SSL_UNEXPECTED_EOF_WHILE_READING: cutOff,
  ERR_SSL_SSL_HANDSHAKE_FAILURE: cutOff,
  ERR_SSL_NO_RENEGOTIATION: ofPeer(
    (who) => `${who} asked for another handshake, which is refused`,
    'Renegotiation lets a peer use up processor time and has been attacked before; TLS 1.3 has none.',
    'Make a new connection in its place.',
  ),
  ERR_SSL_RENEGOTIATION_MISMATCH: otherSession,
  ERR_SSL_OLD_SESSION_CIPHER_NOT_RETURNED: otherSession,
  ERR_SSL_OLD_SESSION_VERSION_NOT_RETURNED: otherSession,
  ERR_SSL_OLD_SESSION_PRF_HASH_MISMATCH: otherSession,
  ERR_SSL_RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION: otherSession,
  ERR_SSL_RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION: otherSession,
  ERR_SSL_RENEGOTIATION_EMS_MISMATCH: otherSession,
  ERR_SSL_EMS_STATE_INCONSISTENT: otherSession,
  ERR_SSL_SERVER_CERT_CHANGED: otherSession,
  ERR_SSL_SERVER_ECHOED_INVALID_SESSION_ID: otherSession,
  ERR_SSL_PSK_IDENTITY_NOT_FOUND: otherSession,
  ERR_SSL_PSK_IDENTITY_BINDER_COUNT_MISMATCH: otherSession,
  ERR_SSL_SSL_SESSION_VERSION_MISMATCH: otherSession,
  ERR_SSL_SSL_SESSION_ID_CONTEXT_TOO_LONG: otherSession,
  ERR_SSL_CIPHERSUITE_DIGEST_HAS_CHANGED: otherSession,
  ERR_SSL_BINDER_DOES_NOT_VERIFY: otherSession,
  ERR_SSL_INCONSISTENT_EXTMS: otherSession,
};

const brokenDates = unverified(
  'its dates cannot be read',
  'It was made wrongly, or changed by somebody.',
  'Make the certificate anew.',
);
const brokenSignature = unverified(
  'the signature of its authority cannot be checked',
  'The certificate or that of its authority is broken, or its key is of a kind that is not known here.',
  'Look at the chain, and make the certificate anew.',
);
const noList = unverified(
  'whether its authority has withdrawn it is not known',
  'A list of withdrawn certificates (CRL) is asked for, and there is none for this authority.',
  'Get the list from the authority. To look all the same, connect anyway.',
);
const brokenList = unverified(
  'the list of withdrawn certificates (CRL) is broken',
  'Its signature or its dates cannot be read.',
  'Get the list from the authority again.',
);
const outdatedList = unverified(
  'the list of withdrawn certificates (CRL) is out of date',
  'The authority has made a newer one, or the clock of this machine is wrong.',
  'Get the newer list, and compare its dates with the clock.',
);
const otherNames = unverified(
  'it is for other names',
  'The host is not among the names of the certificate.',
  'Connect by one of its names, or set the server name (SNI) to one of them. To look all the same, connect anyway.',
);

/** With those in failures-tls.ts: all that Node can say of a chain (“X509 certificate error codes” in its manual of TLS). */
const verdicts = {
  UNABLE_TO_GET_CRL: noList,
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: brokenSignature,
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: brokenSignature,
  UNABLE_TO_DECRYPT_CRL_SIGNATURE: brokenList,
  CRL_SIGNATURE_FAILURE: brokenList,
  ERROR_IN_CRL_LAST_UPDATE_FIELD: brokenList,
  ERROR_IN_CRL_NEXT_UPDATE_FIELD: brokenList,
  CRL_NOT_YET_VALID: outdatedList,
  CRL_HAS_EXPIRED: outdatedList,
  ERROR_IN_CERT_NOT_BEFORE_FIELD: brokenDates,
  ERROR_IN_CERT_NOT_AFTER_FIELD: brokenDates,
  HOSTNAME_MISMATCH: otherNames,
  ERR_TLS_CERT_ALTNAME_FORMAT: unverified(
    'its names cannot be read',
    'The list of its names (SAN) is not well formed, perhaps to deceive.',
    'Do not trust it; make the certificate anew.',
  ),
  OUT_OF_MEM: unverified(
    'there was no memory left to check it',
    'This machine has no free memory.',
    'End other programs, and connect again.',
  ),
  UNSPECIFIED: (({ code, message }) => ({
    what: `The certificate does not hold, for a reason that has no code of its own (${code})`,
    cause: reasonOf(message),
    tryThis:
      'Look at the chain, and make the certificate anew with a key of a usual kind and length (EC P-256, or RSA 2048 and more) and SHA-256. To look all the same, connect anyway.',
  })) satisfies FailureText,
};

/**
 * The library's words: `EE certificate key too weak`, `…:error:0A000126:SSL routines::unexpected eof:file:line:`, and of
 * BoringSSL `error:1000012e:SSL routines:OPENSSL_internal:KEY_USAGE_BIT_INCORRECT`.
 */
export function reasonOf(message: string): string {
  const [, library = '', reason = ''] = /error:[0-9A-F]+:([^:]*):[^:]*:([^:\n]*)/i.exec(message) ?? [];
  const isName = /^[A-Z0-9_]+$/.test(reason);
  const spoken = isName ? reason.toLowerCase().replaceAll('_', ' ') : reason;
  const words = reason === '' ? message.replace(/\.$/, '').trim() : `${spoken} (${library})`;
  return words === '' ? 'TLS does not say more.' : `TLS says: ${words}.`;
}

export const opensslFailures = { ...alerts, ...reasons, ...verdicts };

const libraries: Partial<Record<string, string>> = {
  SSL: 'connections',
  X509: 'certificates (X.509)',
  X509V3: 'certificates (X.509)',
  EVP: 'keys and ciphers',
  RSA: 'RSA keys',
  EC: 'elliptic-curve keys',
  DH: 'Diffie-Hellman groups',
  PEM: 'PEM files',
  PKCS12: 'PKCS#12 files',
  ASN1: 'the encoding of keys and certificates (ASN.1)',
  BN: 'large numbers',
};

/** Any other code of OpenSSL or BoringSSL, by its library and reason: `ERR_SSL_REASON`, `ERR_OSSL_LIBRARY_REASON`. */
export const opensslReason: FailureText = ({ subject, code, message }) => {
  const [, library = 'SSL', reason = ''] = /^ERR_(?:OSSL_(?=[A-Z]))?(SSL|[A-Z0-9]+)_(.*)$/s.exec(code) ?? [];
  const words = reason.toLowerCase().replaceAll('_', ' ').trim() || 'no reason';
  const part = Object.hasOwn(libraries, library) ? libraries[library] : library;
  return {
    what: `${subject ? `TLS with ${subject}` : 'TLS'} failed: “${words}” (${code})`,
    cause: `The part of TLS for ${part} gave this reason, which has no explanation here yet${message ? `. ${reasonOf(message)}` : '.'}`,
    tryThis:
      'Leave cipher suites empty and allow TLS 1.2 to 1.3; look at the certificates of both sides and into the peer’s log. If it repeats, search for the reason together with “TLS”.',
  };
};
