/** A failure as data: the system's code and what it was about. Words for people are in `shared/texts/`. */
export type Failure = {
  /** System code (ECONNREFUSED), Node code (ERR_SOCKET_BAD_PORT) or one of ours (INVALID_ARGUMENT). */
  code: string;
  message: string;
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
  readonly code: string;
  readonly subject: string;
  readonly safe: Failure['safe'];

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'FailureError';
    this.code = failure.code;
    this.subject = failure.subject;
    this.safe = failure.safe;
  }

  get failure(): Failure {
    const { code, message, subject, safe } = this;
    return { code, message, subject, ...(safe && { safe }) };
  }
}

/** Any thrown value as a `Failure`. A Node error keeps its code; AggregateError has an empty message, so its parts speak. */
export function failureOf(thrown: unknown, subject = ''): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  if (!(thrown instanceof Error)) return { code: 'UNKNOWN', message: String(thrown), subject };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'UNKNOWN';
  const parts =
    thrown instanceof AggregateError ? thrown.errors.map((part) => failureOf(part).message).join('; ') : '';
  return { code, message: thrown.message || parts || code, subject };
}
