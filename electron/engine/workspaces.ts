/** The workspaces of a data folder, of which one is open: its own, and those that are files. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { FailureError, failureOf, type Failure } from '../../shared/failure.ts';
import { emptyLayout } from '../../shared/layout.ts';
import { listOf, type Schema } from '../../shared/schema.ts';
import {
  isWorkspaceName,
  ownWorkspace,
  workspaceEnding,
  workspaceName,
  type Keeping,
  type KnownWorkspaces,
  type Opening,
  type WorkspaceChoice,
  type WorkspaceFile,
  type WorkspaceId,
} from '../../shared/workspaces.ts';
import { now } from './clock.ts';
import { targetOf, writeWhole } from './disk/write-file.ts';
import { Document, readDocument, type DocumentKind } from './documents/document.ts';
import { LinkedFile, readWorkspaceFile } from './documents/linked-file.ts';
import { readWorkspace, type FileContent } from './documents/workspace-file.ts';
import type { Workspace } from './documents/workspace.ts';
import { invalid } from './schemas/validate.ts';
import { newWorkspaceId, workspaceId } from './schemas/workspaces.ts';

/** What a workspace's files are asked of the program that runs the engine. */
export type WorkspaceHost = {
  chooseSaveFile(suggestedName: string): Promise<{ path: string; url: string | null } | null>;
  /** A file that the user chose, or null. Left out: pages choose among those in `workspaceFolder`. */
  chooseWorkspace?(): Promise<string | null>;
  /** The one folder in which pages may open and save workspaces, where they have no dialog of the system's. */
  workspaceFolder?: string;
};

/** What the engine does for them. */
export type Opened = {
  readonly workspace: Workspace;
  /** Something runs that would be stopped. */
  readonly isBusy: boolean;
  isRunning(id: string): boolean;
  /** All or nothing; `content`: of a new one. */
  switchTo(folder: string, content: FileContent | null): Promise<void>;
  /** In the open one. */
  take(content: FileContent): Promise<void>;
};

type Known = { id: WorkspaceId; path: string | null; openedAt: number };
type KnownList = { open: WorkspaceId; known: Known[] };

const mostKnown = 1_000;
const listSchema: Schema<KnownList> = v.strictObject({
  open: workspaceId,
  known: listOf(
    v.strictObject({ id: workspaceId, path: v.nullable(v.string()), openedAt: v.number() }),
    mostKnown,
  ),
});
const usualList: KnownList = { open: ownWorkspace, known: [{ id: ownWorkspace, path: null, openedAt: 0 }] };
const listKind: DocumentKind<KnownList> = {
  name: 'workspaces',
  usual: usualList,
  read({ format: _, ...data }) {
    const result = v.safeParse(listSchema, data);
    return result.success ? { value: result.output, isWhole: true } : { value: usualList, isWhole: false };
  },
};

const folderOf = (dataFolder: string, id: WorkspaceId): string =>
  id === ownWorkspace ? dataFolder : join(dataFolder, 'workspaces', id);

/** Where what is open lies, for who only looks at a data folder. */
export async function openFolderIn(dataFolder: string): Promise<string> {
  const folder = folderOf(dataFolder, (await readDocument(dataFolder, listKind)).open);
  return existsSync(folder) ? folder : dataFolder;
}

export class Workspaces {
  readonly #dataFolder: string;
  readonly #host: WorkspaceHost;
  readonly #engine: Opened;
  readonly #list: Document<KnownList>;
  #file: LinkedFile | null = null;
  /** One after the other: each leaves a whole workspace behind. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(dataFolder: string, host: WorkspaceHost, engine: Opened, list: Document<KnownList>) {
    this.#dataFolder = dataFolder;
    this.#host = host;
    this.#engine = engine;
    this.#list = list;
  }

  static async open(dataFolder: string, host: WorkspaceHost, engine: Opened): Promise<Workspaces> {
    const list = await Document.open(dataFolder, listKind);
    // One whose folder somebody has removed is not open.
    if (!existsSync(folderOf(dataFolder, list.value.open)))
      list.change({ ...list.value, open: ownWorkspace });
    const workspaces = new Workspaces(dataFolder, host, engine, list);
    await workspaces.#link();
    return workspaces;
  }

  /** Of the open one; null while it is none. */
  get file(): WorkspaceFile | null {
    return this.#file?.facts ?? null;
  }

  /** What a person should know of the list of them, as a document's. */
  get notices(): Failure[] {
    return this.#list.notices;
  }

  get openId(): WorkspaceId {
    return this.#list.value.open;
  }

  /** Looks at the file now, and not in a second. */
  look(): Promise<void> {
    return this.#file?.look() ?? Promise.resolve();
  }

  async list(): Promise<KnownWorkspaces> {
    const { known, open } = this.#list.value;
    const { workspaceFolder: folder = null } = this.#host;
    const names = folder === null ? [] : await readdir(folder).catch(() => []);
    return {
      folder,
      known: [...known]
        .sort((a, b) => b.openedAt - a.openedAt)
        .map((each) => ({ ...each, isOpen: each.id === open })),
      files: names
        .filter((name) => name.endsWith(workspaceEnding))
        .map((name) => name.slice(0, -workspaceEnding.length))
        .filter(isWorkspaceName)
        .sort(),
    };
  }

  /**
   * Opens no socket and reads no file but that one. Null where nothing was chosen. Throws WORKSPACE_RUNS while something
   * runs that is not to be stopped, and the system's error; all is as it was then, and where the file cannot be read.
   */
  open(choice: WorkspaceChoice, stops: boolean): Promise<Opening | null> {
    return this.#inTurn(() => this.#open(choice, stops));
  }

  /** The same of a file that the person who started the program, or the system, has named. */
  openPath(path: string, stops: boolean): Promise<Opening> {
    return this.#inTurn(() => this.#openPath(resolve(path), stops));
  }

  async #open(choice: WorkspaceChoice, stops: boolean): Promise<Opening | null> {
    switch (choice.kind) {
      case 'ask': {
        const path = (await this.#host.chooseWorkspace?.()) ?? null;
        return path === null ? null : this.#openPath(path, stops);
      }
      case 'named':
        return this.#openPath(this.#inFolder(choice.name), stops);
      case 'handed':
        return this.#openHanded(choice.name, choice.text, stops);
      case 'known': {
        const known = this.#list.value.known.find(({ id }) => id === choice.id);
        if (known === undefined) throw invalid('id');
        await this.#switchTo(known, stops, null);
        return { isOpen: true, path: known.path ?? '', problems: [] };
      }
      case 'new': {
        await this.#switchTo({ id: newWorkspaceId(), path: null }, stops, nothing);
        return { isOpen: true, path: '', problems: [] };
      }
    }
  }

  /** What cannot be read is not put among the files either. */
  async #openHanded(named: string, text: string, stops: boolean): Promise<Opening> {
    const bytes = Buffer.from(text);
    const read = readWorkspace(bytes);
    if (!read.isReadable) return { isOpen: false, path: named, problems: read.problems };
    this.#requireIdle(stops);
    const name = workspaceName(named);
    let path = this.#inFolder(name);
    for (let more = 2; existsSync(path); more++) path = this.#inFolder(`${name} ${more}`);
    await this.#makeFolder();
    await writeWhole(path, (file) => file.writeFile(bytes));
    return this.#openPath(path, stops);
  }

  async #openPath(named: string, stops: boolean): Promise<Opening> {
    const path = place(named);
    const bytes = await readWorkspaceFile(path).catch((error: unknown) => {
      throw new FailureError(failureOf(error, path));
    });
    const read = readWorkspace(bytes);
    if (!read.isReadable) return { isOpen: false, path, problems: read.problems };
    const known = this.#list.value.known.find((each) => each.path === path);
    if (known === undefined) {
      await this.#switchTo({ id: newWorkspaceId(), path }, stops, read.content);
      this.#file?.takenFrom(bytes, read);
    } else if (known.id !== this.openId) {
      await this.#switchTo(known, stops, null);
      // Nobody changed it here since it was open last, and whoever opens a file means what is in it.
      if (this.file?.state === 'changed') await this.#settle('file');
    }
    await this.#file?.look();
    return { isOpen: true, path, problems: read.notes };
  }

  async #switchTo(
    { id, path }: { id: WorkspaceId; path: string | null },
    stops: boolean,
    content: FileContent | null,
  ): Promise<void> {
    if (id === this.openId) return;
    this.#requireIdle(stops);
    const folder = folderOf(this.#dataFolder, id);
    await this.#file?.look();
    try {
      await this.#engine.switchTo(folder, content);
    } catch (error) {
      if (content !== null) await rm(folder, { recursive: true, force: true });
      throw error;
    }
    await this.#file?.close().catch(() => undefined);
    this.#change(id, path, id);
    await this.#link();
    await this.#file?.look();
    await this.#list.saved();
  }

  /**
   * Makes the open workspace a file, or another one; nothing of it is stopped. `name`: proposed, or in the host's folder.
   * Null where nothing was chosen. Rejects with the system's error, and with WORKSPACE_EXISTS for a name in the folder that is taken.
   */
  saveAs(name: string, hasSecrets: boolean): Promise<string | null> {
    return this.#inTurn(async () => {
      const path = await this.#placeFor(name);
      if (path === null) return null;
      const folder = folderOf(this.#dataFolder, this.openId);
      const file = this.#file ?? (await this.#linked(folder, ''));
      try {
        await file.saveAs(path, hasSecrets);
      } catch (error) {
        if (this.#file === null) await file.close().catch(() => undefined);
        throw new FailureError(failureOf(error, path));
      }
      if (this.#file === null) file.watch();
      this.#file = file;
      this.#change(this.openId, path, this.openId);
      await this.#list.saved();
      return path;
    });
  }

  /** Of two that differ. Rejects with the system's error, and then nothing is lost. */
  settle(keep: Keeping): Promise<void> {
    return this.#inTurn(() => this.#settle(keep));
  }

  #settle(keep: Keeping): Promise<void> {
    return this.#file?.settle(keep, (content) => this.#engine.take(content)) ?? Promise.resolve();
  }

  /** What is to be in the file is there, or waits in the data folder. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#file?.close().catch(() => undefined);
    await this.#list.close();
  }

  async #placeFor(name: string): Promise<string | null> {
    if (this.#host.workspaceFolder === undefined) {
      const chosen = await this.#host.chooseSaveFile(`${name}${workspaceEnding}`);
      return chosen && place(chosen.path);
    }
    await this.#makeFolder();
    const path = place(this.#inFolder(name));
    if (path !== this.file?.path && existsSync(path))
      throw new FailureError({ code: 'WORKSPACE_EXISTS', subject: path });
    return path;
  }

  async #makeFolder(): Promise<void> {
    await mkdir(this.#host.workspaceFolder!, { recursive: true, mode: 0o700 });
  }

  /** A link may not lead out of the folder. */
  #inFolder(name: string): string {
    const { workspaceFolder } = this.#host;
    if (workspaceFolder === undefined || !isWorkspaceName(name)) throw invalid('name');
    const path = join(workspaceFolder, `${name}${workspaceEnding}`);
    if (existsSync(path) && dirname(place(path)) !== place(workspaceFolder)) throw invalid('name');
    return path;
  }

  /** A path is that of one workspace: who had it before is no file any more. */
  #change(id: WorkspaceId, path: string | null, open: WorkspaceId): void {
    const others = this.#list.value.known
      .filter((each) => each.id !== id)
      .map((each) => (path !== null && each.path === path ? { ...each, path: null } : each));
    this.#list.change({ open, known: [...others, { id, path, openedAt: now() }].slice(-mostKnown) });
  }

  async #link(): Promise<void> {
    this.#file = null;
    const { known, open } = this.#list.value;
    const path = known.find(({ id }) => id === open)?.path ?? null;
    if (path === null) return;
    this.#file = await this.#linked(folderOf(this.#dataFolder, open), path);
    this.#file.watch();
  }

  #linked(folder: string, path: string): Promise<LinkedFile> {
    return LinkedFile.open(folder, path, this.#engine.workspace, (id) => this.#engine.isRunning(id));
  }

  #requireIdle(stops: boolean): void {
    if (this.#engine.isBusy && !stops) throw new FailureError({ code: 'WORKSPACE_RUNS' });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const nothing: FileContent = { endpoints: [], messages: [], sequences: [], layout: emptyLayout };

/** Where its links lead. Throws the system's error. */
function place(path: string): string {
  try {
    return targetOf(resolve(path));
  } catch (error) {
    throw new FailureError(failureOf(error, path));
  }
}
