/** Failures of TLS: of handshakes, of certificates that do not hold, and of certificate files. */
import type { FailureText } from '../failure-situation.ts';
import { alert, ofPeer, plain, unverified } from './failure-sentences.ts';
import { reasonOf } from './failures-openssl.ts';

const trustOrGoOn =
  'If you know the authority, import its certificate and choose it under “TLS…” as trusted. To look all the same, a client can connect anyway: the connection stays marked as not verified.';

const certificateAlerts = {
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: alert(
    'bad certificate',
    'The peer could not use the certificate of this side: it is broken, or its signature is wrong.',
    'Look at the certificate that this side shows, and at the peer’s log.',
  ),
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: alert(
    'unsupported certificate',
    'The certificate of this side is of a kind that the peer does not take, for example one that is not meant for this use.',
    'Use another kind of key (EC P-256 or RSA 2048), or a certificate made for servers or clients as needed.',
  ),
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: alert(
    'certificate revoked',
    'The authority has withdrawn the certificate of this side.',
    'Get a new certificate.',
  ),
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: alert(
    'certificate expired',
    'For the peer the certificate of this side is out of date, or the clock of one of the two is wrong.',
    'Compare the dates of the certificate with both clocks.',
  ),
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: alert(
    'certificate unknown',
    'The peer did not accept the certificate of this side and does not say more; browsers send this for authorities that they do not trust.',
    'Let the peer trust the authority that signed it: Socketscope’s own one can be exported under “Certificates”.',
  ),
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: alert(
    'unknown CA',
    'The peer does not trust the authority that signed the certificate of this side.',
    'Let the peer trust that authority (Socketscope’s own one can be exported under “Certificates”), or use a certificate of an authority that it knows.',
  ),
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: alert(
    'certificate required',
    'The server wants to know who the client is, and the client showed no certificate. In TLS 1.3 this comes after the client’s handshake is done.',
    'Choose a client certificate that the server accepts.',
  ),
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: alert(
    'access denied',
    'The certificate was valid, but the peer does not let its owner in.',
    'Ask whoever runs the peer which certificates it lets in.',
  ),
};

const otherAlerts = {
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: alert(
    'handshake failure',
    'The two found nothing in common: no version, cipher suite or kind of key, or the server misses a client certificate or a server name.',
    'Allow more versions and cipher suites on one of the sides, send a server name (SNI), and choose a client certificate if the server wants one.',
  ),
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: alert(
    'protocol version',
    'The peer speaks none of the TLS versions that this side allows.',
    'Allow other versions, on this side or the other one.',
  ),
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: alert(
    'insufficient security',
    'The peer wants stronger cipher suites than this side offers.',
    'Leave the cipher suites empty, and the highest version at TLS 1.3.',
  ),
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: alert(
    'no application protocol',
    'The server speaks none of the protocols (ALPN) that the client offered.',
    'Offer a protocol that the server speaks, for example http/1.1, or leave ALPN empty.',
  ),
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: alert(
    'unrecognized name',
    'The server has no certificate for the server name (SNI) that the client sent.',
    'Check the server name; leave it empty to send the host.',
  ),
  ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR: alert(
    'internal error',
    'The peer had a trouble of its own, for example a certificate that it cannot read.',
    'Look into the peer’s log.',
  ),
  ERR_SSL_TLSV1_ALERT_DECODE_ERROR: alert(
    'decode error',
    'The peer could not read a message of the handshake: something between changes the bytes, or one of the two has a fault.',
    'Try another version of TLS, and look into the peer’s log.',
  ),
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: alert(
    'decrypt error',
    'A signature or a check value of the handshake was wrong: mostly a key that does not belong to its certificate.',
    'Check the certificate and key of both sides.',
  ),
  ERR_SSL_TLSV1_ALERT_RECORD_OVERFLOW: alert(
    'record overflow',
    'The peer read a record that is longer than TLS allows: mostly it got bytes that are not TLS.',
    'Check that nothing but TLS is sent on this connection.',
  ),
  ERR_SSL_TLSV1_ALERT_USER_CANCELLED: alert(
    'user canceled',
    'Whoever uses the peer broke the handshake off.',
    'Connect again.',
  ),
  ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE: alert(
    'unexpected message',
    'The peer got a message that has no place there: mostly it got bytes that are not TLS, or wants no renegotiation.',
    'Check that both sides begin TLS at the same moment of their conversation.',
  ),
  ERR_SSL_SSLV3_ALERT_ILLEGAL_PARAMETER: alert(
    'illegal parameter',
    'A field of the handshake made no sense to the peer.',
    'Try another version of TLS, and look into the peer’s log.',
  ),
  ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC: alert(
    'bad record MAC',
    'What the peer received was changed on its way, or the two disagree about their keys.',
    'Connect again; if it repeats, look for a program between that changes traffic.',
  ),
  ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION: alert(
    'missing extension',
    'The peer wants something of the handshake that this side did not send, mostly the server name (SNI).',
    'Send a server name.',
  ),
  ERR_SSL_TLSV1_ALERT_NO_RENEGOTIATION: alert(
    'no renegotiation',
    'One side asked for another handshake, and the other one takes no part in that.',
    'Nothing is wrong: renegotiation is unsafe, and TLS 1.3 has none.',
  ),
  ERR_SSL_TLSV1_ALERT_INAPPROPRIATE_FALLBACK: alert(
    'inappropriate fallback',
    'The client tried an older version than both sides can speak.',
    'Set the highest version to TLS 1.3.',
  ),
};

const foundByUs = {
  ERR_SSL_UNSUPPORTED_PROTOCOL: ofPeer(
    (who) => `${who} speaks none of the TLS versions that this side allows`,
    'The versions of the two sides do not overlap.',
    'Allow other versions; TLS 1.0 and 1.1 are only for testing.',
  ),
  ERR_SSL_WRONG_VERSION_NUMBER: ofPeer(
    (who) => `${who} sent a TLS record of a version that does not fit`,
    'It speaks another version than was agreed on, or its bytes only look like TLS.',
    'Check what listens there, and the versions of both sides.',
  ),
  ERR_SSL_NO_SHARED_CIPHER: ofPeer(
    (who) => `${who} offers no cipher suite that this side can use`,
    'The cipher suites of the two sides do not overlap, or none of them fits the key of the certificate (EC or RSA).',
    'Leave the cipher suites empty, or use a certificate with another kind of key.',
  ),
  ERR_SSL_NO_APPLICATION_PROTOCOL: ofPeer(
    (who) => `${who} offers no protocol (ALPN) that this server speaks`,
    'The client’s list of protocols and this server’s have nothing in common.',
    'Add one of the client’s protocols, or leave ALPN empty.',
  ),
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: ofPeer(
    (who) => `${who} showed no client certificate, which this server requires`,
    'The client has none, or none of an authority that this server asks for.',
    'Give the client a certificate, or only ask for one without requiring it.',
  ),
  ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC: ofPeer(
    (who) => `${who} sent a record that cannot be decrypted`,
    'The bytes were changed on their way, or something that is not TLS was sent in the middle of the connection.',
    'Connect again; if it repeats, look at what the peer sends.',
  ),
  ERR_SSL_UNEXPECTED_MESSAGE: ofPeer(
    (who) => `${who} sent a TLS message that has no place there`,
    'It does not follow the order of the handshake, or began with an alert.',
    'Try another version of TLS, and look into the peer’s log.',
  ),
  ERR_TLS_RENEGOTIATION_DISABLED: ofPeer(
    (who) => `${who} asked for another handshake, which is refused`,
    'Renegotiation lets a peer use up processor time and has been attacked before; TLS 1.3 has none.',
    'Make a new connection in its place.',
  ),
  ERR_TLS_DH_PARAM_SIZE: ofPeer(
    (who) => `${who} uses a Diffie-Hellman group that is too small`,
    'Groups of less than 1024 bits can be broken.',
    'Let the server use a longer group, or cipher suites with ECDHE.',
  ),
  ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED: ofPeer(
    (who) => `${who} does not know safe renegotiation`,
    'Its TLS is from before 2010.',
    'Bring the peer up to date.',
  ),
};

const wrongPeers = {
  TLS_HTTP_REQUEST: ofPeer(
    (who) => `${who} sent an HTTP request without TLS`,
    'A browser or program was given an http:// address, and this server speaks TLS (https://).',
    'Use https:// with this port, or a server without TLS.',
  ),
  TLS_HTTP_ANSWER: ofPeer(
    (who) => `${who} is an HTTP server without TLS`,
    'It answered the TLS greeting with HTTP: this port speaks http://, not https://.',
    'Connect without TLS, or use the server’s port for https (mostly 443 or 8443).',
  ),
  TLS_PLAIN_TEXT: ofPeer(
    (who) => `${who} spoke plain text instead of TLS`,
    'Its program speaks a protocol without TLS here, or one that begins in plain text and goes over to TLS on command (STARTTLS).',
    'Use TLS on both sides or on neither: choose TCP here to see what it says, or let the peer use TLS.',
  ),
  TLS_NOT_TLS: ofPeer(
    (who) => `${who} sent bytes that are not TLS`,
    'Its program speaks another protocol here.',
    'Choose TCP here, and look at the first bytes.',
  ),
  TLS_SILENT: ofPeer(
    (who) => `${who} said nothing in answer to TLS`,
    'The peer waits for something else (it speaks another protocol), or it hangs.',
    'Choose TCP here to see whether it speaks at all, or set a longer handshake timeout.',
  ),
  TLS_HANDSHAKE_TIMEOUT: ofPeer(
    (who) => `${who} began TLS and did not finish in time`,
    'The network or the peer is slow, or the peer stopped in the middle of the handshake.',
    'Try again, or set a longer handshake timeout.',
  ),
  TLS_CLOSED_IN_HANDSHAKE: ofPeer(
    (who) => `${who} closed the connection during the TLS handshake`,
    'The peer does not speak TLS, did not accept the certificate, or limits who may connect.',
    'Look into the peer’s log; check versions, server name (SNI) and certificates.',
  ),
};

const selfSigned = unverified(
  'it is signed by itself, and nobody here trusts it',
  'Programs for tests often make their own certificate. Whoever sits between could show one as well.',
  trustOrGoOn,
);
const noIssuer = unverified(
  'the authority that signed it is not known here',
  'The peer shows only a part of its chain, or its authority is a private one.',
  trustOrGoOn,
);
const expired = unverified(
  'it has expired',
  'Nobody has renewed it, or the clock of this machine is wrong.',
  'Compare its dates with the clock, and renew it. To look all the same, connect anyway.',
);
const notYet = unverified(
  'it is not valid yet',
  'It was made for a later time, or the clock of this machine is slow.',
  'Compare its dates with the clock. To look all the same, connect anyway.',
);
const broken = unverified(
  'something in it or its chain is wrong',
  'It was made wrongly, or changed by somebody.',
  'Look at the chain, and make the certificate anew.',
);
const purpose = unverified(
  'it is not meant for this use',
  'Its purposes (extended key usage) leave out what it is shown for, or an authority in the chain may not sign.',
  'Make a certificate for servers or for clients, as needed.',
);
const revoked = unverified(
  'its authority has withdrawn it',
  'The key may have been stolen.',
  'Do not trust it; get a new one.',
);

const verification = {
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unverified(
    'the authority at the end of its chain is not trusted here',
    'It was signed by a private authority, such as a company’s, a test’s or an inspecting proxy’s.',
    trustOrGoOn,
  ),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: noIssuer,
  UNABLE_TO_GET_ISSUER_CERT: noIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: noIssuer,
  CERT_UNTRUSTED: noIssuer,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYet,
  CERT_REVOKED: revoked,
  INVALID_PURPOSE: purpose,
  INVALID_CA: purpose,
  PATH_LENGTH_EXCEEDED: purpose,
  CERT_CHAIN_TOO_LONG: broken,
  CERT_SIGNATURE_FAILURE: broken,
  CERT_REJECTED: broken,
  ERR_TLS_CERT_ALTNAME_INVALID: (({ code, message }) => ({
    what: `The certificate is for other names (${code})`,
    cause: message ? `${message.replace(/\.$/, '')}.` : 'The host is not among the names of the certificate.',
    tryThis:
      'Connect by one of its names, or set the server name (SNI) to one of them. To look all the same, connect anyway.',
  })) satisfies FailureText,
};

const files = {
  CERTIFICATE_UNKNOWN: plain(
    'A chosen certificate is no longer there',
    'It was removed from the list of certificates, or its file in the data folder cannot be read.',
    'Choose another one in the TLS options, or import it again.',
  ),
  CERTIFICATE_MISSING: plain(
    'There is no certificate in this file',
    'It may hold only a key, a request for a certificate, or something else.',
    'Choose the file with “BEGIN CERTIFICATE” in it, or a PKCS#12 file (.p12, .pfx).',
  ),
  CERTIFICATE_UNREADABLE: plain(
    'The certificate in this file cannot be read',
    'The file was cut off or changed, for example by copying only a part of it.',
    'Get the file again from where it was made.',
  ),
  CERTIFICATE_FILE_UNKNOWN: plain(
    'This file is neither PEM nor PKCS#12',
    'PEM files are text with “BEGIN CERTIFICATE”; PKCS#12 files (.p12, .pfx) are binary. Java key stores and bare DER keys are neither.',
    'Convert it: “openssl pkcs12 -export -in cert.pem -inkey key.pem -out both.p12”, or “keytool -importkeystore -deststoretype pkcs12”.',
  ),
  KEY_MISSING: plain(
    'There is no private key for this certificate',
    'A server, or a client that shows who it is, needs the key that belongs to its certificate. The file may hold the certificate alone.',
    'Choose the key file too, or import the certificate as a trusted authority.',
  ),
  KEY_UNREADABLE: plain(
    'The private key cannot be read',
    'The file was cut off or changed, or the key is of a kind that this program does not know.',
    'Get the file again, or make a new certificate.',
  ),
  KEY_MISMATCH: plain(
    'The key does not belong to the certificate',
    'The two files come from different certificates; often the certificate was renewed with a new key.',
    'Choose the key that was made together with this certificate.',
  ),
  KEY_LOCKED: plain(
    'The private key is locked with a passphrase',
    'It can be read only with the passphrase that it was made with.',
    'Enter the passphrase.',
  ),
  KEY_DERIVATION_TOO_LONG: plain(
    'The passphrase of this file would take too long to check',
    'The file asks for the passphrase to be hashed more than six million times in all. Files of common programs ask for less than a million for each key.',
    'Save the key anew with an ordinary count (“openssl pkcs12 -export -iter 100000”, “openssl pkcs8 -topk8”).',
  ),
  WRONG_PASSPHRASE: plain(
    'The passphrase is wrong',
    'It does not open the private key. Capitals and blanks count.',
    'Enter the passphrase again.',
  ),
  PKCS12_OUTDATED: plain(
    'This PKCS#12 file is locked in an old way',
    'Files of older programs use RC2 or RC4, which can be broken and are no longer had here.',
    'Convert it: “openssl pkcs12 -legacy -in old.p12 -nodes -out both.pem”, then import both.pem.',
  ),
  TOO_MANY_CERTIFICATES: plain(
    'No more certificates can be kept',
    'The list is full.',
    'Remove some that are no longer needed.',
  ),
  KEY_LOG_UNWRITABLE: (({ code, message, subject }) => ({
    what: `The key log cannot be written, so TLS was not started (${code})`,
    cause: `${subject ? `Its file is ${subject}. ` : ''}The system says: ${message.replace(/\.$/, '')}.`,
    tryThis:
      'Turn “Keep a key log” off in the TLS options, or make room and let this program write in its data folder.',
  })) satisfies FailureText,
  FILE_NOT_PRIVATE: (({ code, message, subject }) => ({
    what: `Secrets are not written to ${subject || 'this file'} (${code})`,
    cause: `Only their owner may be able to read them. ${message}`.trim(),
    tryThis: 'Name a new file of your own, on a drive that keeps the rights of files.',
  })) satisfies FailureText,
  KEY_LOG_EMPTY: plain(
    'The key log is empty',
    'Nothing was kept yet: the key log begins with the next connection after it was turned on.',
    'Turn the key log on in the TLS options, and connect again.',
  ),
};

const settings = {
  TLS_VERSIONS: plain(
    'The lowest TLS version is above the highest',
    'No handshake could succeed.',
    'Correct one of the two.',
  ),
  TLS_CIPHERS: plain(
    'There is no such cipher suite',
    'The names are OpenSSL’s, separated by colons, for example TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256.',
    'Correct the names, or leave the field empty; “openssl ciphers” lists those of OpenSSL, of which the desktop’s BoringSSL knows fewer.',
  ),
  TLS_CIPHERS_FIXED: plain(
    'The cipher suites of TLS 1.3 cannot be chosen here',
    'BoringSSL, which the desktop uses, always offers all three of them, in an order of its own; others than those asked for could be agreed on.',
    'Name all three (TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256) or none, or set the highest version to TLS 1.2. “npm run serve” uses OpenSSL, which can choose.',
  ),
  TLS_SECURITY_LEVEL: plain(
    'There are no security levels here',
    'BoringSSL, which the desktop uses, has no @SECLEVEL; it does what OpenSSL does at level 0.',
    'Leave @SECLEVEL out, or use “npm run serve”, which has OpenSSL.',
  ),
  TLS_CIPHERS_UNFIT: plain(
    'None of the cipher suites belongs to the chosen TLS versions',
    'Names that begin with TLS_ are those of TLS 1.3; all others belong to TLS 1.2 and older.',
    'Add cipher suites of the chosen versions, choose other versions, or leave the field empty.',
  ),
  TLS_CERTIFICATE_REFUSED: (({ code, message }) => ({
    what: `TLS does not take this certificate (${code})`,
    cause: reasonOf(message),
    tryThis: 'Use a certificate with a key of a usual kind and length (EC P-256, or RSA 2048 and more).',
  })) satisfies FailureText,
};

export const tlsFailures = {
  ...certificateAlerts,
  ...otherAlerts,
  ...foundByUs,
  ...wrongPeers,
  ...verification,
  ...files,
  ...settings,
};
