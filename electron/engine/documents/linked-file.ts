/** The file of a workspace: written soon after each change, and watched for what other programs do to it. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { failed, FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import type { Schema } from '../../../shared/schema.ts';
import {
  mostWorkspaceBytes,
  workspaceEnding,
  workspaceName,
  type FileState,
  type Keeping,
  type WorkspaceFile,
} from '../../../shared/workspaces.ts';
import { monotonic } from '../clock.ts';
import { writeChosen } from '../disk/private-file.ts';
import { Document, type DocumentKind } from './document.ts';
import { extraSchema, type Extra } from './extra-fields.ts';
import { changesBetween, withOwn } from './workspace-changes.ts';
import {
  hasSecrets,
  mostEndpoints,
  readWorkspace,
  workspaceText,
  type FileContent,
  type WorkspaceRead,
} from './workspace-file.ts';
import type { Workspace } from './workspace.ts';

/** How soon a change here is in the file, and one of the file is seen; a disk that took nothing is asked again as often. */
const lookEveryMs = 1_000;
/** Looking and writing take at most a tenth of the time. */
const mostOfTime = 10;

/**
 * What is known of the file, as digests: of its bytes as they were read or written last, and of what the workspace was then,
 * with the layout and without it.
 */
export type Link = {
  path: string;
  bytes: string;
  text: string;
  content: string;
  hasSecrets: boolean;
  version: number;
  extra: Extra | null;
};
const none: Link = {
  ...{ path: '', bytes: '', text: '', content: '', hasSecrets: false, version: 1, extra: null },
};
const digest = v.pipe(v.string(), v.maxLength(100));
const linkSchema: Schema<Link> = v.strictObject({
  ...{ path: v.string(), bytes: digest, text: digest, content: digest, hasSecrets: v.boolean() },
  ...{ version: v.number(), extra: v.nullable(extraSchema) },
});
/** Of one that cannot be read nothing is known: what is in the file and what is here are held against each other. */
const linkKind: DocumentKind<Link> = {
  name: 'file',
  usual: none,
  read({ format: _, ...data }) {
    const result = v.safeParse(linkSchema, data);
    return result.success ? { value: result.output, isWhole: true } : { value: none, isWhole: false };
  },
};

/** The workspace as text, and its digests: of all of it, and without the layout. */
type Made = { written: string; text: string; content: string };

/** `bytes`: null where there is no such file, or none that can be read. */
type Disk = { sign: string; bytes: Uint8Array | null; digest: string; failure: Failure | null };

const digestOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64url');

/** Takes what the file says into the open workspace; sockets go on. */
type Take = (content: FileContent) => Promise<void>;

export class LinkedFile {
  readonly #workspace: Workspace;
  readonly #link: Document<Link>;
  readonly #isRunning: (id: string) => boolean;
  #timer: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();
  #disk: Disk = { sign: '', bytes: null, digest: '', failure: null };
  #seen: { revision: number; made: Made } | null = null;
  #read: { digest: string; read: WorkspaceRead } | null = null;
  #told: Omit<WorkspaceFile, 'path' | 'hasSecrets'> = {
    state: 'saved',
    failure: null,
    changes: [],
    problems: [],
  };
  #isClosed = false;

  private constructor(workspace: Workspace, link: Document<Link>, isRunning: (id: string) => boolean) {
    this.#workspace = workspace;
    this.#link = link;
    this.#isRunning = isRunning;
  }

  /** `path`: of the file; '' for one that is to be saved. */
  static async open(
    folder: string,
    path: string,
    workspace: Workspace,
    isRunning: (id: string) => boolean,
  ): Promise<LinkedFile> {
    const link = await Document.open(folder, linkKind);
    if (link.value.path !== path) link.change({ ...none, path });
    return new LinkedFile(workspace, link, isRunning);
  }

  get facts(): WorkspaceFile {
    const { path, hasSecrets: has } = this.#link.value;
    return { path, hasSecrets: has, ...this.#told };
  }

  /** The workspace was made of these bytes: nothing is written before it changes. */
  takenFrom(bytes: Uint8Array, read: WorkspaceRead & { isReadable: true }): void {
    const { extra, version, content } = read;
    const has = this.#link.value.hasSecrets || hasSecrets(content);
    this.#link.change({ ...this.#link.value, extra, version, hasSecrets: has });
    this.#seen = null;
    const { text, content: own } = this.#mine();
    this.#link.change({ ...this.#link.value, bytes: digestOf(bytes), text, content: own });
    this.#tell('saved');
  }

  /** From now on, in turns that take their time into account. */
  watch(): void {
    const next = (ms: number): void => {
      if (this.#isClosed) return;
      // Nothing waits for it: a quiet engine may end.
      this.#timer = setTimeout(() => {
        const from = monotonic();
        void this.look().then(() => next(Math.max(lookEveryMs, mostOfTime * (monotonic() - from))));
      }, ms).unref();
    };
    next(lookEveryMs);
  }

  /** Writes what is to be written, or says why not. Never rejects. */
  look(): Promise<void> {
    return this.#inTurn(() => this.#tryToLook());
  }

  /** One at a time: writes of one file must not overlap. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #tryToLook(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      this.#tell('unsaved', { failure: failureOf(error, this.#link.value.path) });
    }
  }

  /** Ends with one last look. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.look();
    await this.#link.close();
  }

  /** The workspace is this file from now on, with secrets or without. Rejects with the system's error, and all is as it was. */
  saveAs(path: string, has: boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.#tryToLook();
      if (path === this.#link.value.path) await this.#keepTheirs();
      const made = this.#madeWith(has);
      await this.#writeBounded(path, made.written);
      this.#keep({ path, hasSecrets: has }, made);
      await this.#link.saved();
      await this.#tryToLook();
    });
  }

  /** What is not taken is kept beside the file, under a name of its own. Rejects with the system's error, and nothing is lost then. */
  settle(keep: Keeping, take: Take): Promise<void> {
    return this.#inTurn(() => this.#settle(keep, take));
  }

  async #settle(keep: Keeping, take: Take): Promise<void> {
    await this.#tryToLook();
    const { bytes } = this.#disk;
    if (keep === 'window') {
      await this.#keepTheirs();
      await this.#write();
    } else {
      const read = this.#readDisk();
      if (bytes === null || !read?.isReadable) return;
      if (this.#mine().content !== this.#link.value.content) await this.#keepBeside(this.#mine().written);
      await take(this.#contentOf(read));
      this.takenFrom(bytes, read);
    }
    await this.#tryToLook();
  }

  /** Of settings that a file leaves out, such as secrets, those of here stay; so does the layout. */
  #contentOf({ content }: WorkspaceRead & { isReadable: true }): FileContent {
    return { ...withOwn(content, this.#workspace.endpoints), layout: null };
  }

  async #look(): Promise<void> {
    if (this.#link.value.path === '') return;
    await this.#lookAtDisk();
    const { bytes, digest: onDisk, failure, sign } = this.#disk;
    if (failure !== null) return this.#tell('unreadable', { failure });
    if (bytes === null && sign === 'gone') return this.#tell('gone');
    const link = this.#link.value;
    const mine = this.#mine();
    if (onDisk !== link.bytes) return this.#lookAtChange(mine.content !== link.content);
    if (mine.text !== link.text) await this.#write();
    this.#tell('saved');
  }

  #lookAtChange(isChangedHere: boolean): void {
    const read = this.#readDisk()!;
    if (!read.isReadable) return this.#tell('damaged', { problems: read.problems });
    const changes = changesBetween(this.#workspace.content, this.#contentOf(read), this.#isRunning);
    // Written anew, or with fields that only others know: there is nothing to ask.
    if (changes.length === 0) {
      this.takenFrom(this.#disk.bytes!, read);
      return this.#tell('saved');
    }
    this.#tell(isChangedHere ? 'both-changed' : 'changed', { changes });
  }

  #readDisk(): WorkspaceRead | null {
    const { bytes, digest: onDisk } = this.#disk;
    if (bytes === null) return null;
    if (this.#read?.digest !== onDisk) this.#read = { digest: onDisk, read: readWorkspace(bytes) };
    return this.#read.read;
  }

  #tell(
    state: FileState,
    { failure = null, changes = [], problems = [] }: Partial<Omit<WorkspaceFile, 'state'>> = {},
  ): void {
    this.#told = { state, failure, changes, problems };
  }

  async #lookAtDisk(): Promise<void> {
    const { path } = this.#link.value;
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(path);
      const sign = [mtimeMs, ctimeMs, size, ino].join(' ');
      if (sign === this.#disk.sign) return;
      const bytes = await readWorkspaceFile(path);
      this.#disk = { sign, bytes, digest: digestOf(bytes), failure: null };
    } catch (error) {
      const failure = failureOf(error, path);
      const isGone = failure.code === 'ENOENT';
      this.#disk = { sign: isGone ? 'gone' : '', bytes: null, digest: '', failure: isGone ? null : failure };
    }
  }

  /** The workspace as it would be written now, and its digests. */
  #mine(): Made {
    const { revision } = this.#workspace;
    if (this.#seen?.revision !== revision)
      this.#seen = { revision, made: this.#madeWith(this.#link.value.hasSecrets) };
    return this.#seen.made;
  }

  #madeWith(withSecrets: boolean): Made {
    const { content } = this.#workspace;
    const { extra, version } = this.#link.value;
    const written = workspaceText(content, { extra, version, withSecrets });
    const bare = workspaceText({ ...content, layout: null }, { extra: null, version, withSecrets });
    return { written, text: digestOf(written), content: digestOf(bare) };
  }

  async #write(): Promise<void> {
    const made = this.#mine();
    await this.#writeBounded(this.#link.value.path, made.written);
    this.#keep({}, made);
    await this.#lookAtDisk();
    this.#tell('saved');
  }

  /** Nothing that could not be opened again. */
  async #writeBounded(path: string, text: string): Promise<void> {
    const isTooLong = Buffer.byteLength(text) > mostWorkspaceBytes;
    if (isTooLong || this.#workspace.endpoints.length > mostEndpoints)
      throw new FailureError({ code: 'WORKSPACE_TOO_LONG', subject: path });
    await writeShared(path, text);
  }

  /** The file and the workspace are the same now. */
  #keep(change: Partial<Link>, { written, text, content }: Made): void {
    this.#link.change({ ...this.#link.value, ...change, bytes: digestOf(written), text, content });
    this.#seen = null;
    this.#disk = { ...this.#disk, sign: '' };
  }

  /** What another program has put into the file, before it is written over. */
  async #keepTheirs(): Promise<void> {
    const { bytes, digest: onDisk } = this.#disk;
    if (bytes !== null && onDisk !== this.#link.value.bytes) await this.#keepBeside(bytes);
  }

  async #keepBeside(what: string | Uint8Array): Promise<void> {
    const { path } = this.#link.value;
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 23);
    await writeShared(join(dirname(path), `${workspaceName(path)} replaced ${time}${workspaceEnding}`), what);
  }
}

const anybodysWrite = 0o222;

/** Whole and durable, and not where it is to be read only. Who may read it stays as it was; a new one is its owner's alone. */
async function writeShared(path: string, what: string | Uint8Array): Promise<void> {
  const before = await stat(path).catch(() => null);
  // It is replaced, for which its own rights would not count; the user root may write whatever they are.
  if (before?.isFile()) {
    await access(path, constants.W_OK);
    if ((before.mode & anybodysWrite) === 0) throw new FailureError({ code: 'EACCES', subject: path });
  }
  await writeChosen(path, async (file: FileHandle) => {
    await file.writeFile(what);
    if (before?.isFile()) await file.chmod(before.mode & 0o777);
  });
}

/** At most one byte more than it may have. Rejects with the system's error; what is no plain file is never waited for. */
export async function readWorkspaceFile(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new FailureError({ code: 'EISDIR', subject: path });
    if (!stats.isFile())
      throw new FailureError({ ...failed('INVALID_ARGUMENT', { name: 'not-a-file' }), subject: path });
    const bytes = Buffer.alloc(Math.min(stats.size, mostWorkspaceBytes) + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
