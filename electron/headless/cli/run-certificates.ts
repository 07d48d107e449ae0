/** The certificates that a command line names, in a store of this run alone. */
import type { StoredCertificate } from '../../../shared/certificates.ts';
import type { ClientSettings, ListenerSettings } from '../../../shared/settings/settings.ts';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { CertificateStore } from '../../engine/layers/tls/certificate-store.ts';
import type { InputFile, InputFiles } from './input-files.ts';
import { UsageError } from './usage-error.ts';

/** Throws a `UsageError` for files that cannot be used. Without `--cert` the local CA of the run makes one. */
export async function withListenerCertificates(
  settings: ListenerSettings,
  files: InputFiles,
  store: CertificateStore,
): Promise<ListenerSettings> {
  const tls = { ...settings.tls };
  if (files.cert !== undefined) tls.identities = [await importIdentity(store, files.cert, files)];
  if (files.clientCa !== undefined) {
    tls.clientAuthority = await importAuthority(store, files.clientCa);
    tls.clientCertificates = 'require';
  }
  return { ...settings, tls };
}

/** As `withListenerCertificates`. */
export async function withClientCertificates(
  settings: ClientSettings,
  files: InputFiles,
  store: CertificateStore,
): Promise<ClientSettings> {
  const tls = { ...settings.tls };
  if (files.cert !== undefined) tls.identity = await importIdentity(store, files.cert, files);
  if (files.ca !== undefined) tls.authority = await importAuthority(store, files.ca);
  return { ...settings, tls };
}

async function importIdentity(
  store: CertificateStore,
  cert: InputFile,
  { key = null, passphraseFile = null }: { key?: InputFile | null; passphraseFile?: InputFile | null },
): Promise<string> {
  const passphrase = passphraseFile === null ? '' : passphraseIn(passphraseFile);
  const files = { certificate: cert.bytes, key: key?.bytes ?? null, passphrase };
  try {
    return await importFiles(store, 'identity', cert, files);
  } catch (error) {
    throw unusable(failureOf(error), cert, key, passphraseFile);
  }
}

async function importAuthority(store: CertificateStore, file: InputFile): Promise<string> {
  try {
    return await importFiles(store, 'authority', file, {
      certificate: file.bytes,
      key: null,
      passphrase: '',
    });
  } catch (error) {
    throw unusable(failureOf(error), file, null, null);
  }
}

async function importFiles(
  store: CertificateStore,
  kind: StoredCertificate['kind'],
  { path }: InputFile,
  files: { certificate: Uint8Array; key: Uint8Array | null; passphrase: string },
): Promise<string> {
  return (await store.importFiles({ name: path, kind, ...files })).id;
}

/** The first line, as `openssl -passin file:` reads it; its end is no part of it. */
function passphraseIn({ option, path, bytes }: InputFile): string {
  const { problems } = texts.commandLine;
  try {
    const [line = ''] = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split(/\r?\n/);
    if (line !== '') return line;
  } catch {
    throw new UsageError(problems.certificate(option, path, problems.passphraseNoUtf8));
  }
  throw new UsageError(problems.certificate(option, path, problems.noPassphrase));
}

/** Names the file at fault: of two files, what is said of a key is said of the second. */
function unusable(
  { code, message }: Failure,
  cert: InputFile,
  key: InputFile | null,
  passphrase: InputFile | null,
): UsageError {
  const { problems } = texts.commandLine;
  const isPem = Buffer.from(cert.bytes).includes('-----BEGIN ');
  const ofKey = key !== null && isPem && (/^KEY_/.test(code) || code === 'WRONG_PASSPHRASE');
  const { option, path } = ofKey ? key : cert;
  const beside =
    code === 'KEY_MISMATCH'
      ? ` (${cert.option} ${cert.path})`
      : code === 'WRONG_PASSPHRASE' && passphrase !== null
        ? ` (${passphrase.option} ${passphrase.path})`
        : '';
  const hint = code === 'KEY_LOCKED' ? ` ${problems.needsPassphrase}` : '';
  return new UsageError(problems.certificate(option, path, `${message}${beside} (${code})${hint}`));
}
