/** What is kept of a workspace, a file for each thing. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { failed, FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import { isPlainObject } from '../../../shared/schema.ts';
import { monotonic } from '../clock.ts';
import { replaceFile } from '../disk/write-file.ts';

/** A burst of changes (a pane being dragged) is one write; writing takes at most a tenth of the time. */
const writeDelayMs = 500;
const mostOfTime = 10;
/** A disk that took nothing is asked again so often, for as long as something is to be written. */
const retryMs = 2000;
const format = 1;

export type DocumentKind<T extends object> = {
  /** Of its file in the data folder, without `.json`. */
  name: string;
  usual: T;
  /** Takes what can be used of a file's data; `isWhole`: that is all of it. */
  read(data: Record<string, unknown>): { value: T; isWhole: boolean };
};

/** One file of the data folder, `<name>.json`. */
export class Document<T extends object> {
  readonly #path: string;
  #value: T;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #lastWriteMs = 0;
  /** Something changed that no write has brought to the disk. */
  #isDirty = false;
  #revision = 0;
  #isClosed = false;
  #damage: Failure | null = null;
  #failure: Failure | null = null;

  private constructor(path: string, value: T) {
    this.#path = path;
    this.#value = value;
  }

  /**
   * Reads what the last run kept. What cannot be read is set aside beside it, under a name that `notices` tell, and
   * never overwritten; what can be read of it is used. Without a file it is `first`, which is then written. Rejects with
   * the system's error where there is a file that cannot be read.
   */
  static async open<T extends object>(
    folder: string,
    kind: DocumentKind<T>,
    first: T | null = null,
  ): Promise<Document<T>> {
    const path = join(folder, `${kind.name}.json`);
    const text = await textOf(path);
    const { value, isWhole } =
      text === null ? { value: first ?? kind.usual, isWhole: true } : readText(text, kind);
    const document = new Document(path, value);
    if (!isWhole) await document.#setAside(folder, kind.name);
    if (!isWhole || (text === null && first !== null)) document.#changed();
    return document;
  }

  get value(): T {
    return this.#value;
  }

  /** What a person should know: what was set aside, and, while it lasts, why changes are not on the disk. */
  get notices(): Failure[] {
    return [this.#damage, this.#failure].filter((failure) => failure !== null);
  }

  /** Another one after each change. */
  get revision(): number {
    return this.#revision;
  }

  change(value: T): void {
    this.#value = value;
    this.#revision++;
    this.#changed();
  }

  /** Resolves when all that was changed is on disk; rejects with the system's error, and it is tried again. */
  async saved(): Promise<void> {
    this.#stopTimer();
    try {
      await this.#write();
    } catch (error) {
      this.#writeAfter(retryMs);
      throw error;
    }
  }

  /** One last attempt: rejects when what was changed cannot be written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    await this.#write();
  }

  async #setAside(folder: string, name: string): Promise<void> {
    const aside = join(folder, `${name}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
    await rename(this.#path, aside);
    this.#damage = { ...failed('WORKSPACE_DAMAGED'), subject: aside };
  }

  #changed(): void {
    this.#isDirty = true;
    this.#writeAfter(Math.max(writeDelayMs, mostOfTime * this.#lastWriteMs));
  }

  #writeAfter(ms: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      // Why it failed is among the notices.
      this.saved().catch(() => undefined);
    }, ms);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** One at a time: an older one must not finish last. */
  #write(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeOnce());
    return this.#writing;
  }

  async #writeOnce(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const from = monotonic();
    try {
      await replaceFile(this.#path, `${JSON.stringify({ format, ...this.#value }, null, 2)}\n`);
      this.#failure = null;
    } catch (error) {
      this.#isDirty = true;
      const failure = failureOf(error, this.#path);
      this.#failure = { ...failure, code: 'WORKSPACE_UNWRITTEN', subject: this.#path };
      throw new FailureError(failure);
    } finally {
      this.#lastWriteMs = monotonic() - from;
    }
  }
}

/**
 * What a document holds, for who only looks: another process may have the folder open. Damaged parts are left out, which
 * `onDamage` is told. Rejects with the system's error where there is a file that cannot be read.
 */
export async function readDocument<T extends object>(
  folder: string,
  kind: DocumentKind<T>,
  onDamage: (path: string) => void = () => undefined,
): Promise<T> {
  const path = join(folder, `${kind.name}.json`);
  const text = await textOf(path);
  if (text === null) return kind.usual;
  const { value, isWhole } = readText(text, kind);
  if (!isWhole) onDamage(path);
  return value;
}

/** No file is a first start. Any other reason must not end in writing over it. */
const textOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });

function readText<T extends object>(text: string, kind: DocumentKind<T>): { value: T; isWhole: boolean } {
  const damaged = { value: kind.usual, isWhole: false };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // Cut short or not ours: the caller sets the file aside.
    return damaged;
  }
  return isPlainObject(data) && data.format === format ? kind.read(data) : damaged;
}
