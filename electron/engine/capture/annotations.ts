/** `annotations.jsonl`: bookmarks, notes and tags of records, beside the records, a line for each change. */
import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import {
  isAnnotated,
  mostAnnotated,
  noAnnotation,
  type Annotation,
  type AnnotatedRecord,
} from '../../../shared/annotations.ts';
import { failed, failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { openPrivate } from '../disk/private-file.ts';
import { replaceFile } from '../disk/write-file.ts';
import { keptAnnotation } from '../schemas/annotations.ts';

/** What of a capture says which records there are. */
export type AnnotatedLog = {
  readonly folder: string;
  readonly length: number;
  readonly cleared: number;
  readonly canUndoClear: boolean;
  flush(): Promise<void>;
};

/** What a reading asks of them. */
export type Said = Pick<Annotations, 'of' | 'between'>;

export const annotationsFile = 'annotations.jsonl';
/** Longer than all that may be said, with its past: somebody else's. */
const mostFileBytes = 256 * 1024 ** 2;
/** What was said before may take so much room, beside as much as what is said now. */
const mostPastBytes = 4 * 1024 ** 2;

/** Of one log. Cleared records take theirs with them, and bring them back. */
export class Annotations {
  readonly #log: AnnotatedLog;
  readonly #path: string;
  readonly #kept: Map<number, Annotation>;
  /** Lines that cannot be read. They stay on the disk. */
  readonly damagedLines: number;
  /** Why nothing can be read, or said. */
  readonly failure: Failure | null;
  #isDamaged: boolean;
  #endsLine: boolean;
  #fileBytes: number;
  #version = 0;
  /** How many there are of the log as it begins at `cleared`. */
  #there = { cleared: -1, count: 0 };
  #work: Promise<void> = Promise.resolve();

  private constructor(log: AnnotatedLog, found: Found, failure: Failure | null) {
    this.#log = log;
    this.failure = failure;
    this.#path = join(log.folder, annotationsFile);
    this.#kept = found.kept;
    this.damagedLines = found.damagedLines;
    this.#isDamaged = found.damagedLines > 0;
    this.#endsLine = found.endsLine;
    this.#fileBytes = found.bytes;
  }

  /**
   * Of a log that is open. A line that a killed process tore, or a disk damaged, is passed over, and stays. Where the file
   * cannot be read, or is far too long, there are none, and `change` rejects with why.
   */
  static async open(log: AnnotatedLog): Promise<Annotations> {
    // Of what was cleared, and of records that a crash took with it: others will have their numbers.
    const isThere = (sequence: number): boolean => sequence >= log.cleared && sequence < log.length;
    try {
      return new Annotations(log, readLines(await bytesOf(join(log.folder, annotationsFile)), isThere), null);
    } catch (error) {
      return new Annotations(log, readLines(Buffer.alloc(0), isThere), failureOf(error));
    }
  }

  /** What a person is to know of the file: why it cannot be read, or that some of its lines cannot; null where all is well. */
  get notice(): Failure | null {
    if (this.failure !== null || this.damagedLines === 0) return this.failure;
    return {
      ...failed('ANNOTATIONS_DAMAGED', { name: 'lines-unread', lines: this.damagedLines }),
      subject: this.#path,
    };
  }

  /** Changes with them; what clears the log changes it, too. */
  get version(): string {
    const { cleared } = this.#log;
    if (cleared !== this.#there.cleared) this.#there = { cleared, count: this.list.length };
    return `${this.#version}-${this.#there.count}`;
  }

  /** Of the records of the log, in their order. */
  get list(): AnnotatedRecord[] {
    return this.between(0, Infinity);
  }

  /** Null where nothing was said of it. */
  of(sequence: number): Annotation | null {
    return sequence < this.#log.cleared ? null : (this.#kept.get(sequence) ?? null);
  }

  /** The same of those from `from` on and before `to`. */
  between(from: number, to: number): AnnotatedRecord[] {
    const first = Math.max(from, this.#log.cleared);
    return [...this.#kept]
      .filter(([sequence]) => sequence >= first && sequence < to)
      .map(([sequence, annotation]) => ({ sequence, ...annotation }))
      .sort((one, other) => one.sequence - other.sequence);
  }

  /**
   * Changes what is said of these records; what `change` does not name stays. Resolves when it is on the disk. Rejects
   * with INVALID_ARGUMENT for a record that the log does not have and for more than 10,000 that have something, and with
   * the system's error; all is as it was then.
   */
  change(sequences: readonly number[], change: Partial<Annotation>): Promise<void> {
    return this.#next(() =>
      sequences.map((sequence) => ({
        sequence,
        ...(this.#kept.get(sequence) ?? noAnnotation),
        ...change,
      })),
    );
  }

  /** Says of each record what is given, in one write. Rejects as `change`. */
  say(records: readonly AnnotatedRecord[]): Promise<void> {
    return this.#next(() => records);
  }

  #next(changed: () => readonly AnnotatedRecord[]): Promise<void> {
    const done = this.#work.then(() => this.#change(changed()));
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** Resolves when no change is under way. */
  written(): Promise<void> {
    return this.#work;
  }

  async #change(changed: readonly AnnotatedRecord[]): Promise<void> {
    if (this.failure !== null) throw new FailureError(this.failure);
    const { cleared, length, canUndoClear } = this.#log;
    const isThere = ({ sequence }: AnnotatedRecord): boolean => sequence >= cleared && sequence < length;
    if (!changed.every(isThere)) throw new FailureError({ code: 'INVALID_ARGUMENT', subject: 'sequences' });
    if (!canUndoClear) for (const one of this.#kept.keys()) if (one < cleared) this.#kept.delete(one);
    const next = new Map(this.#kept);
    for (const { sequence, ...annotation } of changed) {
      if (isAnnotated(annotation)) next.set(sequence, annotation);
      else next.delete(sequence);
    }
    if (next.size > Math.max(mostAnnotated, this.#kept.size))
      throw new FailureError({ code: 'INVALID_ARGUMENT', subject: 'sequences' });
    // Nothing is said of a record that could yet be lost.
    await this.#log.flush();
    await this.#append(changed.map(lineOf).join(''));
    for (const { sequence } of changed) {
      const annotation = next.get(sequence);
      if (annotation === undefined) this.#kept.delete(sequence);
      else this.#kept.set(sequence, annotation);
    }
    this.#version++;
    this.#there.cleared = -1;
    // What was said is on the disk: that it takes more room than it could is no failure.
    await this.#shorten().catch(() => undefined);
  }

  async #append(lines: string): Promise<void> {
    const file = await openPrivate(this.#path);
    const bytes = Buffer.from(this.#endsLine ? lines : `\n${lines}`);
    try {
      this.#endsLine = false;
      await file.appendFile(bytes);
      await file.datasync();
      this.#endsLine = true;
      this.#fileBytes += bytes.length;
    } finally {
      await file.close();
    }
  }

  /** What was damaged is set aside first. */
  async #shorten(): Promise<void> {
    if (this.#fileBytes <= mostPastBytes) return;
    const text = [...this.#kept]
      .map(([sequence, annotation]) => lineOf({ sequence, ...annotation }))
      .join('');
    const length = Buffer.byteLength(text);
    if (this.#fileBytes <= 2 * length + mostPastBytes) return;
    if (this.#isDamaged) await copyFile(this.#path, `${this.#path}.damaged-${Date.now()}`);
    await replaceFile(this.#path, text);
    this.#isDamaged = false;
    this.#fileBytes = length;
  }
}

type Found = { kept: Map<number, Annotation>; damagedLines: number; endsLine: boolean; bytes: number };

async function bytesOf(path: string): Promise<Buffer> {
  const absent = (error: NodeJS.ErrnoException): null => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  };
  const stats = await stat(path).catch(absent);
  if (stats === null) return Buffer.alloc(0);
  if (stats.isFile() && stats.size <= mostFileBytes) return readFile(path);
  throw new FailureError({ code: 'ANNOTATIONS_NOT_READ', subject: path });
}

function readLines(bytes: Buffer, isThere: (sequence: number) => boolean): Found {
  const found: Found = {
    ...{ kept: new Map(), damagedLines: 0 },
    ...{ endsLine: bytes.length === 0 || bytes.at(-1) === 0x0a, bytes: bytes.length },
  };
  for (let from = 0; from < bytes.length;) {
    const feed = bytes.indexOf(0x0a, from);
    const end = feed < 0 ? bytes.length : feed;
    if (end > from && !take(found.kept, bytes.toString('utf8', from, end), isThere)) found.damagedLines++;
    from = end + 1;
  }
  return found;
}

function take(kept: Found['kept'], line: string, isThere: (sequence: number) => boolean): boolean {
  const json = line.slice(9);
  if (line !== `${sumOf(json)} ${json}`) return false;
  const parsed = v.safeParse(keptAnnotation, parsedJson(json));
  if (!parsed.success) return false;
  const { sequence, ...annotation } = parsed.output;
  if (!isThere(sequence)) return true;
  if (!isAnnotated(annotation)) kept.delete(sequence);
  else if (kept.has(sequence) || kept.size < mostAnnotated) kept.set(sequence, annotation);
  else return false;
  return true;
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** With a checksum in front: a line is read whole or not at all. */
function lineOf(record: AnnotatedRecord): string {
  const json = JSON.stringify(record);
  return `${sumOf(json)} ${json}\n`;
}

const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
