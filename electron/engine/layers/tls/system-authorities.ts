/** Whom a TLS endpoint trusts that was given no authority: the lists of Node and of the system, together. */
import { readFile, stat } from 'node:fs/promises';
import * as tls from 'node:tls';
import { Worker } from 'node:worker_threads';

/** Where systems keep their list; the first that is there counts. Debian, Fedora, OpenSUSE, older Red Hat, Alpine and BSD. */
const usualFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
/** A server names them all to its clients, in at most 64 KiB (RFC 8446 4.2.4); real lists have about 150. */
const mostAuthorities = 400;
const longestFile = 16 * 1024 * 1024;
/** A keychain that takes longer is done without. */
const workerMs = 5000;

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

type File = { path: string; stamp: string };
type Environment = Partial<Record<'SSL_CERT_FILE' | 'NODE_EXTRA_CA_CERTS', string>>;

/** Read again only when one of the files has changed. */
let known: { stamp: string; authorities: string[] | null } | null = null;
let fromWorker: Promise<string[]> | null = null;

/**
 * PEM certificates: those that come with Node, of NODE_EXTRA_CA_CERTS, and of the system (on Windows and macOS with Node
 * 22.15 and newer; elsewhere a file, SSL_CERT_FILE before the usual ones). The same array until they change. null: there
 * are none beside Node's own. What cannot be read counts as empty.
 */
export async function systemAuthorities(environment: Environment = process.env): Promise<string[] | null> {
  const { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: chosen } = environment;
  const ofSystem = hasKeychain() ? null : await firstFile(chosen ? [chosen] : usualFiles);
  const files = [extra ? await firstFile([extra]) : null, ofSystem].filter((file) => file !== null);
  const stamp = files.map((file) => file.stamp).join('\n');
  if (known?.stamp === stamp) return known.authorities;
  const texts = await Promise.all(files.map(({ path }) => readFile(path, 'latin1').catch(() => '')));
  const found = texts.flatMap((text) => text.match(certificateBlock) ?? []);
  const authorities = withNodes(hasKeychain() ? [...found, ...(await keychain())] : found);
  known = { stamp, authorities };
  return authorities;
}

function withNodes(found: string[]): string[] | null {
  const bare = (pem: string): string => pem.replaceAll(/\s/g, '');
  const all = new Map([...tls.rootCertificates, ...found].map((pem) => [bare(pem), pem]));
  return all.size === tls.rootCertificates.length ? null : [...all.values()].slice(0, mostAuthorities);
}

async function firstFile(paths: readonly string[]): Promise<File | null> {
  for (const path of paths) {
    try {
      const { mtimeMs, size } = await stat(path);
      if (size <= longestFile) return { path, stamp: `${path} ${mtimeMs} ${size}` };
    } catch {
      // Not there, or not for us: the next one.
    }
  }
  return null;
}

const hasKeychain = (): boolean => process.platform === 'win32' || process.platform === 'darwin';

/** In a thread of its own, because asking the system can take seconds. Empty where this Node cannot ask. */
export function keychain(): Promise<string[]> {
  fromWorker ??= new Promise((resolve) => {
    if (!('getCACertificates' in tls)) return resolve([]);
    const worker = new Worker(
      "require('node:worker_threads').parentPort.postMessage(require('node:tls').getCACertificates('system'))",
      { eval: true },
    );
    const timer = setTimeout(() => resolve([]), workerMs);
    worker.unref();
    worker.once('message', (list: string[]) => resolve(list)).once('error', () => resolve([]));
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve([]);
    });
  });
  return fromWorker;
}
