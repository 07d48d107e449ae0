import type { EndpointId } from './domain.ts';
import type { ComposerLayout } from './drafts.ts';
import type { HintId } from './settings/ready-made.ts';

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

export const emptyLayout: Layout = {
  theme: 'system',
  openTabs: [],
  activeTab: null,
  panes: {},
  timeFormat: 'absolute',
  composers: {},
  hints: {},
};
