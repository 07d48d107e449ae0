/** The certificates that a command line names, in a store of this run alone. */
import { readFileSync } from 'node:fs';
import type { StoredCertificate } from '../../../shared/certificates.ts';
import type { ClientSettings, ListenerSettings } from '../../../shared/contract.ts';
import { failureOf } from '../../../shared/failure.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { CertificateStore } from '../../engine/tls/certificate-store.ts';
import type { ConnectOptions, ListenOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

/** Throws a `UsageError` for files that cannot be read or used. Without `--cert` the local CA of the run makes one. */
export async function withListenerCertificates(
  settings: ListenerSettings,
  { cert, key, clientCa }: ListenOptions,
  store: CertificateStore,
): Promise<ListenerSettings> {
  const tls = { ...settings.tls };
  if (cert !== undefined) tls.identities = [await importIdentity(store, cert, key!)];
  if (clientCa !== undefined) {
    tls.clientAuthority = await importFile(store, '--client-ca', 'authority', clientCa, null);
    tls.clientCertificates = 'require';
  }
  return { ...settings, tls };
}

/** As `withListenerCertificates`. */
export async function withClientCertificates(
  settings: ClientSettings,
  { cert, key, ca }: ConnectOptions,
  store: CertificateStore,
): Promise<ClientSettings> {
  const tls = { ...settings.tls };
  if (cert !== undefined) tls.identity = await importIdentity(store, cert, key!);
  if (ca !== undefined) tls.authority = await importFile(store, '--ca', 'authority', ca, null);
  return { ...settings, tls };
}

const importIdentity = (store: CertificateStore, cert: string, key: string): Promise<string> =>
  importFile(store, '--cert', 'identity', cert, readFile('--key', key));

async function importFile(
  store: CertificateStore,
  option: string,
  kind: StoredCertificate['kind'],
  path: string,
  key: Uint8Array | null,
): Promise<string> {
  const certificate = readFile(option, path);
  try {
    return (await store.importFiles({ name: path, kind, certificate, key, passphrase: '' })).id;
  } catch (error) {
    throw new UsageError(texts.commandLine.problems.certificate(option, path, failureOf(error).message));
  }
}

function readFile(option: string, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(texts.commandLine.problems.cannotRead(option, path, (error as Error).message));
  }
}
