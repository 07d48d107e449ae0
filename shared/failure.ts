import type { Why } from './why.ts';

/** What a record keeps of a failure, and a page is told: codes and numbers. Words for people are in `shared/texts/`. */
export type FailureFacts = {
  /** System code (ECONNREFUSED), Node code (ERR_SOCKET_BAD_PORT) or one of ours (INVALID_ARGUMENT). */
  code: string;
  /** What the system or a library says of it; '' where it is ours. Captures of before there was `why` have sentences here. */
  message: string;
  why?: Why;
};

export type Failure = FailureFacts & {
  /** The address, path or field it was about; '' where none. */
  subject: string;
  /** Of a capture, or all of a data folder, that cannot be written: how much is in the files. */
  safe?: { records: number; bytes: number };
};

/**
 * Bytes of a capture's file, from an offset to before another, that cannot be relied on. BYTES_DAMAGED: they are not what
 * was written; CHECKSUM_DAMAGED: what would tell is not; BYTES_MISSING: they are gone; else what the system said.
 */
export type Damage = { code: string; file: string; from: number; end: number };

/** Thrown by the engine and by the page's side of the channel; the channel carries its `Failure`. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Pick<Failure, 'code'> & Partial<Failure>) {
    super(failure.message || failure.code);
    this.name = 'FailureError';
    this.failure = { message: '', subject: '', ...failure };
  }

  get code(): string {
    return this.failure.code;
  }

  get subject(): string {
    return this.failure.subject;
  }
}

/** One of ours: `why` where the code alone does not say it. */
export const failed = (code: string, why?: Why): FailureFacts => ({ code, message: '', ...(why && { why }) });

export const factsOf = ({ code, message, why }: FailureFacts): FailureFacts => ({
  code,
  message,
  ...(why && { why }),
});

/** Any thrown value as a `Failure`, about `subject` where it does not say what it is about. A Node error keeps its code; AggregateError has an empty message, so its parts speak. */
export function failureOf(thrown: unknown, subject = ''): Failure {
  if (thrown instanceof FailureError)
    return thrown.subject === '' ? { ...thrown.failure, subject } : thrown.failure;
  if (!(thrown instanceof Error)) return { code: 'UNKNOWN', message: String(thrown), subject };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'UNKNOWN';
  const parts =
    thrown instanceof AggregateError ? thrown.errors.map((part) => failureOf(part).message).join('; ') : '';
  return { code, message: thrown.message || parts || code, subject };
}
