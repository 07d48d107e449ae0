/** Workspaces: the one of a data folder, and those that are files beside it. One is open. */
import type { Failure } from './failure.ts';
import type { Refusal } from './importing/brought.ts';

/** 'own': of the data folder, as it began; else as the engine makes them. */
export type WorkspaceId = string;
export const ownWorkspace: WorkspaceId = 'own';

/** What every name of such a file ends in. */
export const workspaceEnding = '.socketscope.json';
/** Of a file. */
export const mostWorkspaceBytes = 32 * 1024 * 1024;
/** Of a file that a page hands over, which is one message. */
export const mostHandedOver = 1_000_000;

/** So many are named of one item. */
export const mostChangedFields = 4;

/** As a person reads it; `isRunning`: it would be stopped, or goes on with its old settings. */
export type WorkspaceChange = {
  what: 'endpoint' | 'message' | 'sequence';
  how: 'added' | 'changed' | 'removed';
  name: string;
  /**
   * Of one that was changed: its fields, as the file names them, and one more than are named where
   * there are more; none where only its place is another.
   */
  fields: string[];
  isRunning: boolean;
};

/**
 * 'saved': it holds what the window holds. 'unsaved': it could not be written. 'changed': another program changed it;
 * 'both-changed': and so did a person here. 'damaged': it was changed into what cannot be read.
 */
export type FileState = 'saved' | 'unsaved' | 'changed' | 'both-changed' | 'damaged' | 'gone' | 'unreadable';

/** The file of the open workspace. `changes`: what would be taken of it; `problems`: of a damaged one. */
export type WorkspaceFile = {
  path: string;
  state: FileState;
  hasSecrets: boolean;
  failure: Failure | null;
  changes: WorkspaceChange[];
  problems: Refusal[];
};

/** `path`: null while it is no file. `openedAt`: milliseconds since the epoch; 0: never. */
export type KnownWorkspace = { id: WorkspaceId; path: string | null; openedAt: number; isOpen: boolean };

/** The last one to be opened first. `folder`: where a headless host has its files, null on the desktop; `files`: their names. */
export type KnownWorkspaces = { folder: string | null; known: KnownWorkspace[]; files: string[] };

/** 'ask': the host asks for a file. 'named': in the host's folder. 'handed': a page's, which is put there first. */
export type WorkspaceChoice =
  | { kind: 'ask' }
  | { kind: 'new' }
  | { kind: 'known'; id: WorkspaceId }
  | { kind: 'named'; name: string }
  | { kind: 'handed'; name: string; text: string };

/** `isOpen` false: what is wrong with it, and all is as it was. */
export type Opening = { isOpen: boolean; path: string; problems: Refusal[] };

/** Which of two is taken; the other one is kept beside the file. */
export type Keeping = 'window' | 'file';

/** A name that is no path, of a file that is seen. */
export const isWorkspaceName = (name: string): boolean =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._()+-]{0,79}$/u.test(name);

/** `lab` of `/home/ada/lab.socketscope.json`. */
export const workspaceName = (path: string): string =>
  path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/(?:\.socketscope)?\.json$/i, '');
