import type { EndpointId } from './contract.ts';

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
};
