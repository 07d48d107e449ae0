import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../shared/texts/en.ts';

const root = new URL('../..', import.meta.url).pathname;
const known: Record<string, unknown> = { ...en.failures.known };
/** Names of TLS alerts stand there without what Node puts before them. */
const isExplained = (code: string): boolean =>
  Object.hasOwn(known, code) || (/_ALERT_|^TLSV1_/.test(code) && Object.hasOwn(known, `ERR_SSL_${code}`));

/** Codes as they are written in the engine: ours in capitals with a low line, the system's with an E. */
const code = /['"`]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|E[A-Z]{3,}\d*)['"`]/g;
/** Asked about in the code and never handed on, or no failures: variables of the environment. */
const inner = new Set([
  ...['ERR_SCRIPT_EXECUTION_TIMEOUT', 'ESRCH', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'],
  ...['Z_BUF_ERROR', 'ERR_BUFFER_TOO_LARGE'],
]);

function codesIn(folder: string, isLeftOut: (path: string) => boolean): [code: string, path: string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\//.test(path) && !isLeftOut(path))
    .flatMap((path) =>
      [...readFileSync(join(root, folder, path), 'utf8').matchAll(code)].map(
        ([, found]): [string, string] => [found!, `${folder}/${path}`],
      ),
    );
}

describe('every failure is explained', () => {
  it('that the engine names', () => {
    const found = [
      ...codesIn('electron/engine', () => false),
      ...codesIn('shared', (path) => /^(?:texts|programs|decoding\/kinds)\//.test(path)),
    ].filter(([one]) => !inner.has(one));
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(([one]) => !isExplained(one))).toEqual([]);
  });

  it.each([
    ['connecting (connect(2), tcp(7), unix(7))', 'EACCES EPERM EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN'],
    ['', 'EALREADY ECONNREFUSED EISCONN ENETUNREACH ENOTSOCK EPROTOTYPE ETIMEDOUT EHOSTUNREACH EHOSTDOWN'],
    ['', 'ENETDOWN ECONNABORTED ECONNRESET ENETRESET EPROTO EPROTONOSUPPORT ENONET'],
    [
      'binding and accepting (bind(2), accept(2))',
      'EINVAL ELOOP ENAMETOOLONG ENOENT ENOTDIR EROFS EMFILE ENFILE',
    ],
    [
      'reading and writing (tcp(7), udp(7), ip(7))',
      'EPIPE ENOTCONN EMSGSIZE ENOBUFS ENOMEM EDESTADDRREQ ESHUTDOWN',
    ],
    ['options and groups (setsockopt(2))', 'ENOPROTOOPT EOPNOTSUPP ENOTSUP ENODEV ENXIO'],
    ['names (getaddrinfo(3))', 'ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME'],
    ['names (c-ares)', 'ENODATA ESERVFAIL EREFUSED EFORMERR ENOTIMP EBADNAME EBADRESP ETIMEOUT ECANCELLED'],
    ['files (open(2), write(2))', 'ENOSPC EDQUOT EFBIG EIO EISDIR EEXIST EBUSY ENOTEMPTY'],
    [
      'certificates (Node’s names of X509_V_ERR_…)',
      'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE ' +
        'UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE ' +
        'CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID CERT_HAS_EXPIRED CRL_NOT_YET_VALID CRL_HAS_EXPIRED ' +
        'ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CRL_LAST_UPDATE_FIELD ' +
        'ERROR_IN_CRL_NEXT_UPDATE_FIELD OUT_OF_MEM DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN ' +
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED ' +
        'INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH ' +
        'UNSPECIFIED ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('that the system has for %s: %s', (_, codes) => {
    expect(codes.split(' ').filter((one) => !isExplained(one))).toEqual([]);
  });
});
