/** Certificates as the app shows and keeps them, and what a TLS handshake agreed on. */

/** What does TLS below the engine. Electron brings BoringSSL, which has fewer algorithms and other names; Node OpenSSL. */
export type TlsLibrary = 'OpenSSL' | 'BoringSSL';

/** One certificate of a chain (RFC 5280). Times in ms since the epoch. Texts come from the peer: never trust them. */
export type CertificateInfo = {
  subject: string;
  issuer: string;
  /** As in the extension: `DNS:example.org`, `IP Address:::1`. */
  alternativeNames: string[];
  validFrom: number;
  validTo: number;
  serialNumber: string;
  /** SHA-256, as hex pairs with colons. */
  fingerprint: string;
  /** `EC P-256`, `RSA 2048`. */
  key: string;
  isAuthority: boolean;
};

/** The lowest first. */
export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** What a finished handshake agreed on. */
export type TlsFacts = {
  version: TlsVersion;
  cipher: string;
  /** null: none was agreed. */
  alpn: string | null;
  /** SNI, as sent or as received; null: none. */
  servername: string | null;
  isReused: boolean;
  /** True where the peer showed a certificate and its chain holds; a peer that was not asked for one is not verified. */
  isVerified: boolean;
  /** What is wrong with the peer's certificate (`CERT_HAS_EXPIRED`); null where nothing is or none was shown. */
  verifyCode: string | null;
};

/**
 * A message of a handshake, by its name in RFC 8446 4 and RFC 5246 7.4. 'encrypted': TLS 1.3 hides which ones. `time`: ms
 * since the epoch.
 */
export type TlsMessage = { time: number; by: 'us' | 'peer'; name: TlsMessageName };
export type TlsMessageName =
  | 'HelloRequest'
  | 'ClientHello'
  | 'ServerHello'
  | 'HelloRetryRequest'
  | 'NewSessionTicket'
  | 'Certificate'
  | 'CertificateStatus'
  | 'ServerKeyExchange'
  | 'CertificateRequest'
  | 'ServerHelloDone'
  | 'ClientKeyExchange'
  | 'CertificateVerify'
  | 'Finished'
  | 'Alert'
  | 'encrypted'
  | 'unknown';

/** A certificate with its key (identity), or certificates that are trusted (authority); kept in the data folder. */
export type StoredCertificate = {
  id: string;
  kind: 'identity' | 'authority';
  name: string;
  /** Made by the local CA, or read from files. */
  origin: 'made' | 'imported';
  /** The first is the leaf. */
  chain: CertificateInfo[];
};
export type NewIdentity = { name: string; hosts: string[]; keyType: 'ec' | 'rsa' };
/** PEM (certificate and key, in one file or two), or PKCS#12. `passphrase`: '' where none. */
export type CertificateFiles = {
  name: string;
  kind: StoredCertificate['kind'];
  certificate: Uint8Array;
  key: Uint8Array | null;
  passphrase: string;
};
