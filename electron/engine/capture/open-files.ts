import { close, fstat, ftruncate, open, read, write, constants } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError, failureOf } from '../../../shared/failure.ts';
import { requireHeld } from '../disk/data-folder.ts';
import { directFlag, firstWrite } from './direct-io.ts';

/** Writes some of `bytes` at `position`; resolves to how many. Tests pass their own, to fill up a disk. */
export type WriteFunction = (descriptor: number, bytes: Uint8Array, position: number) => Promise<number>;

/** A file may be open twice: a descriptor past the page cache writes whole pages only. */
const directSuffix = ' direct';

/** 'write': into a file that is there; one that somebody took away is not made anew. */
type Access = 'read' | 'write' | 'create';

/** `isThere`: it is open, or will be unless the system says no. */
type OpenFile = { descriptor: Promise<number>; isThere: boolean; users: number; evicted: boolean };

/** Files of one folder, kept open while they are in use and a while longer. */
export class OpenFiles {
  readonly #folder: string;
  readonly #limit: number;
  readonly #write: WriteFunction;
  /** In order of use, oldest first. */
  readonly #files = new Map<string, OpenFile>();
  readonly #closing = new Set<Promise<void>>();
  /** Reads and writes under way. */
  readonly #busy = new Set<Promise<unknown>>();
  #isClosed = false;
  #writesDirect = directFlag !== undefined;

  constructor(folder: string, limit: number, write: WriteFunction = writeSome) {
    this.#folder = folder;
    this.#limit = limit;
    this.#write = write;
  }

  /** How many descriptors are held now. */
  get held(): number {
    return this.#files.size + this.#closing.size;
  }

  /** Opens ahead of use, while descriptors are to be had; the file is there then, and has `length` bytes or more. */
  async ensure(name: string, length: number): Promise<void> {
    const size = await this.#use(name, 'create', sizeOf);
    if (size < length) await this.truncate(name, length);
  }

  /** As `write`, until all of it is. */
  async writeAll(name: string, bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;)
      done += await this.write(name, bytes.subarray(done), position + done);
  }

  /** Creates the file when its first byte is written, and not where it should be. Resolves to the number of bytes written, which may be fewer; throws the system's error. */
  async write(name: string, bytes: Uint8Array, position: number): Promise<number> {
    if (!this.#writesDirect) return this.#writePart(name, bytes, position);
    const { part, isDirect } = firstWrite(bytes, position);
    if (!isDirect) return this.#writePart(name, part, position);
    try {
      return await this.#writePart(`${name}${directSuffix}`, part, position);
    } catch (error) {
      // Not every file system can do it, and one that cannot says so in this way.
      if (failureOf(error).code !== 'EINVAL') throw error;
      this.#writesDirect = false;
      return this.#writePart(name, bytes, position);
    }
  }

  #writePart(name: string, bytes: Uint8Array, position: number): Promise<number> {
    return this.#use(name, position === 0 ? 'create' : 'write', async (descriptor) => {
      const done = await this.#write(descriptor, bytes, position);
      if (done > 0 || bytes.length === 0) return done;
      throw new FailureError({ code: 'EIO', subject: name });
    });
  }

  /** Fills `target` from `position`; resolves to the bytes read, fewer only at the end of the file. */
  read(name: string, target: Uint8Array, position: number): Promise<number> {
    return this.#use(name, 'read', async (descriptor) => {
      let done = 0;
      while (done < target.length) {
        const got = await readSome(descriptor, target, done, position + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    });
  }

  truncate(name: string, length: number): Promise<void> {
    return this.#use(
      name,
      'create',
      (descriptor) =>
        new Promise<void>((resolve, reject) => {
          ftruncate(descriptor, length, (error) => (error ? reject(error) : resolve()));
        }),
    );
  }

  /** Removes the file; one that is not there is as good as removed. */
  async remove(name: string): Promise<void> {
    this.#evict(name);
    this.#evict(`${name}${directSuffix}`);
    requireHeld(this.#folder);
    await unlink(join(this.#folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  /** Closes what nobody uses at the moment; the next use opens it again. */
  rest(): void {
    for (const [name, file] of this.#files) if (file.users === 0) this.#evict(name);
  }

  /** Resolves when every descriptor is closed; nothing is opened after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const name of [...this.#files.keys()]) this.#evict(name);
    while (this.#busy.size || this.#closing.size) await Promise.allSettled([...this.#busy, ...this.#closing]);
  }

  #use<T>(name: string, access: Access, action: (descriptor: number) => Promise<T>): Promise<T> {
    const use = this.#openAnd(name, access, action).finally(() => this.#busy.delete(use));
    this.#busy.add(use);
    return use;
  }

  async #openAnd<T>(name: string, access: Access, action: (descriptor: number) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw closedFailure();
    // Nothing is written in a folder that another process has taken over.
    if (access !== 'read') requireHeld(this.#folder);
    // A reader may be about to find no file where this one makes it.
    if (access === 'create' && this.#files.get(name)?.isThere === false) this.#evict(name);
    const file = this.#files.get(name) ?? this.#open(name, access);
    // The newest is the last.
    this.#files.delete(name);
    this.#files.set(name, file);
    file.users++;
    try {
      const descriptor = await file.descriptor;
      if (access !== 'read') requireHeld(this.#folder);
      return await action(descriptor);
    } catch (error) {
      if (this.#files.get(name) === file) this.#evict(name);
      throw error;
    } finally {
      file.users--;
      if (file.evicted) this.#closeUnused(file);
      this.#trim();
    }
  }

  #open(name: string, access: Access): OpenFile {
    const descriptor = openFile(join(this.#folder, name), access === 'create');
    const file = { descriptor, isThere: access === 'create', users: 0, evicted: false };
    descriptor.then(
      () => (file.isThere = true),
      () => undefined,
    );
    return file;
  }

  #trim(): void {
    if (this.#files.size <= this.#limit) return;
    for (const [name, file] of this.#files) {
      if (this.#files.size <= this.#limit) return;
      if (file.users === 0) this.#evict(name);
    }
  }

  #evict(name: string): void {
    const file = this.#files.get(name);
    if (!file) return;
    this.#files.delete(name);
    file.evicted = true;
    this.#closeUnused(file);
  }

  #closeUnused(file: OpenFile): void {
    if (file.users > 0) return;
    const closing = file.descriptor
      .then(closeFile, () => undefined)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function closedFailure(): FailureError {
  return new FailureError({ code: 'CAPTURE_CLOSED' });
}

function openFile(path: string, create: boolean): Promise<number> {
  const isDirect = path.endsWith(directSuffix);
  const flags = constants.O_RDWR | (create ? constants.O_CREAT : 0) | (isDirect ? directFlag! : 0);
  return new Promise((resolve, reject) => {
    // A capture may hold passwords: readable by its owner alone.
    open(isDirect ? path.slice(0, -directSuffix.length) : path, flags, 0o600, (error, descriptor) =>
      error ? reject(error) : resolve(descriptor),
    );
  });
}

function closeFile(descriptor: number): Promise<void> {
  return new Promise((resolve) => {
    // close(2) frees the descriptor even when it reports an error, and all bytes were handed over by then.
    close(descriptor, () => resolve());
  });
}

function sizeOf(descriptor: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fstat(descriptor, (error, stats) => (error ? reject(error) : resolve(stats.size)));
  });
}

function readSome(descriptor: number, target: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, offset, target.length - offset, position, (error, got) =>
      error ? reject(error) : resolve(got),
    );
  });
}

function writeSome(descriptor: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, 0, bytes.length, position, (error, done) =>
      error ? reject(error) : resolve(done),
    );
  });
}
