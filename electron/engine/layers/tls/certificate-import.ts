/** Files are read in a thread of their own: they may ask for seconds of hashing, and their forms are anybody's. */
import { Worker } from 'node:worker_threads';
import type { CertificateFiles, CertificateInfo } from '../../../../shared/certificates.ts';
import { failureOf, FailureError, type Failure } from '../../../../shared/failure.ts';
import { readAuthority, readIdentity } from './certificate-files.ts';
import { certificateInfo } from './certificate-info.ts';

/** Far more than the work that a file may ask for takes. */
const longestMs = 60_000;
/** A file has 256 KiB at most. */
const mostMemoryMb = 128;

export type ImportedFiles = Omit<CertificateFiles, 'name'>;
/** PEM texts; `key` is null for authorities. */
export type Imported = { chain: CertificateInfo[]; cert: string; key: string | null };
export type ImportAnswer = { imported: Imported; failure: null } | { imported: null; failure: Failure };

/** Throws what `readIdentity` and `readAuthority` say. */
export function importNow(files: ImportedFiles): Imported {
  if (files.kind === 'identity') {
    const { chain, material } = readIdentity(files);
    return { chain, ...material };
  }
  const certificates = readAuthority(files.certificate);
  return { chain: certificates.map(certificateInfo), cert: certificates.map(String).join(''), key: null };
}

let last: Promise<unknown> = Promise.resolve();

/** `importNow` in a worker out of the folder `workers`, one at a time. Rejects as that throws. */
export function importFiles(files: ImportedFiles, workers: URL): Promise<Imported> {
  const done = last.then(() => inWorker(files, workers));
  last = done.catch(() => undefined);
  return done;
}

function inWorker(files: ImportedFiles, workers: URL): Promise<Imported> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('import-worker.js', workers), {
      workerData: files,
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    });
    const fail = (code: string): void => reject(new FailureError({ code }));
    const timer = setTimeout(() => {
      fail('KEY_DERIVATION_TOO_LONG');
      void worker.terminate();
    }, longestMs);
    worker.on('message', ({ imported, failure }: ImportAnswer) =>
      failure === null ? resolve(imported) : reject(new FailureError(failure)),
    );
    worker.on('error', (error) =>
      reject(new FailureError({ ...failureOf(error), code: 'CERTIFICATE_FILE_UNKNOWN' })),
    );
    worker.on('exit', () => {
      clearTimeout(timer);
      fail('CERTIFICATE_FILE_UNKNOWN');
    });
  });
}
