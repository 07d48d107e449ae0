/** What main and the isolated world of a page say to each other. */
export type ToPage =
  | { type: 'ipc'; channel: string; args: unknown[]; ports: number[] }
  | { type: 'port-message'; port: number; data: unknown }
  | { type: 'port-close'; port: number };

export type KeyPress = { key: string; ctrl: boolean; shift: boolean; alt: boolean; meta: boolean };

export type ToMain =
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
