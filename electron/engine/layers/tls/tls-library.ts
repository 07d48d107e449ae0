/** Which library does TLS and cryptography below Node, and what can be asked of it. */

import type { TlsLibrary } from '../../../../shared/certificates.ts';

type Running = {
  features: { openssl_is_boringssl?: boolean };
  versions: { node: string; electron?: string };
};

/** Older ones do not say it, and Electron never had another. */
export function libraryOf({ features, versions }: Running): TlsLibrary {
  const isBoring = features.openssl_is_boringssl ?? versions.electron !== undefined;
  return isBoring ? 'BoringSSL' : 'OpenSSL';
}

export const tlsLibrary = libraryOf(process as unknown as Running);

/** BoringSSL offers always all of them in TLS 1.3, in an order of its own, whatever it is asked for. */
export const boringSuites13: readonly string[] =
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256'.split(':');

/** Its usual lists leave out certificates with Ed25519 and P-521 keys, which it has and OpenSSL takes. */
export const boringAlgorithms = {
  sigalgs: [
    'ed25519',
    'ecdsa_secp256r1_sha256',
    'ecdsa_secp384r1_sha384',
    'ecdsa_secp521r1_sha512',
    'rsa_pss_rsae_sha256',
    'rsa_pss_rsae_sha384',
    'rsa_pss_rsae_sha512',
    'rsa_pkcs1_sha256',
    'rsa_pkcs1_sha384',
    'rsa_pkcs1_sha512',
    'rsa_pkcs1_sha1',
  ].join(':'),
  ecdhCurve: 'X25519:P-256:P-384:P-521',
};
