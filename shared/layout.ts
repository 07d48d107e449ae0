import type { EndpointId } from './contract.ts';
import { readyMadeIds } from './ready-made.ts';

/** What a tab tells to do next: of a ready-made endpoint, or of a client that was made for a server here. */
export const hintIds = [...readyMadeIds, 'own-client'] as const;
export type HintId = (typeof hintIds)[number];

/** How the window looks: kept by the engine with the workspace so that it is there again after a restart. */
export type Layout = {
  theme: 'system' | 'light' | 'dark';
  openTabs: EndpointId[];
  activeTab: EndpointId | null;
  /** Pane sizes by name, in percent of their group. */
  panes: Record<string, number[]>;
  timeFormat: 'absolute' | 'relative' | 'difference';
  /** Composer state of each endpoint's tab. */
  composers: Record<EndpointId, ComposerLayout>;
  /** Hints that were not dismissed yet. */
  hints: Record<EndpointId, HintId>;
};

export type ComposerLayout = {
  mode: 'text' | 'hex';
  lineEnd: 'none' | 'lf' | 'cr' | 'crlf';
  draft: string;
  history: string[];
};

export const emptyLayout: Layout = {
  theme: 'system',
  openTabs: [],
  activeTab: null,
  panes: {},
  timeFormat: 'absolute',
  composers: {},
  hints: {},
};
