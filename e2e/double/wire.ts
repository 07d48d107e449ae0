/** What main and the isolated world of a page say to each other. */
export type ToPage =
  | { type: 'permission'; id: number; isGranted: boolean }
  | { type: 'ipc'; channel: string; args: unknown[]; ports: number[] }
  | { type: 'port-message'; port: number; data: unknown }
  | { type: 'port-close'; port: number };

export type KeyPress = { key: string; ctrl: boolean; shift: boolean; alt: boolean; meta: boolean };

/** A permission is looked at ('check') or wanted ('request'): Electron has a handler for each. */
export type PermissionAsk = { id: number; kind: 'check' | 'request'; permission: string };

/** Of Electron's `ContextMenuParams`. */
export type ContextMenu = {
  isEditable: boolean;
  selectionText: string;
  editFlags: Record<'canCut' | 'canCopy' | 'canPaste' | 'canSelectAll', boolean>;
};

export type ToMain =
  | ({ type: 'permission' } & PermissionAsk)
  | { type: 'context-menu'; params: ContextMenu }
  | { type: 'ipc'; channel: string; args: unknown[] }
  | { type: 'port-message'; port: number; data: unknown }
  | { type: 'port-close'; port: number }
  | { type: 'key'; press: KeyPress };

/** Between the test and the process that runs main. */
export type Ask = { id: number; source: string; arg: string };
export type Answer =
  | { type: 'ready' }
  | { type: 'answer'; id: number; value: string }
  | { type: 'answer'; id: number; error: string };

export const isolatedWorld = 'double-preload';
/** Event that carries a value of contextBridge from the isolated world to the page's own. */
export const exposeEvent = 'double:expose';
/** Events by which the page's own world asks for a permission, and is answered. */
export const askEvent = 'double:ask';
export const answerEvent = 'double:answer';
