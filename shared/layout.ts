/** What the engine keeps of a page beside its drafts, each by itself: of two pages, the last to change one has its way. */
import type { EndpointId } from './domain.ts';
import type { CopyForm } from './payload/copy-forms.ts';
import type { HintId } from './settings/ready-made.ts';

export type Preferences = {
  theme: 'system' | 'light' | 'dark';
  timeFormat: 'absolute' | 'relative' | 'difference';
  /** The one that was chosen last; null: as the bytes are shown. */
  copyForm: CopyForm | null;
  /** What was run from the palette, the last first, by the keys of its rows. */
  recent: string[];
};

export const mostRecent = 20;

export const usualPreferences: Preferences = {
  theme: 'system',
  timeFormat: 'absolute',
  copyForm: null,
  recent: [],
};

/** The open tabs, and how the window is divided. */
export type Layout = {
  openTabs: EndpointId[];
  activeTab: EndpointId | null;
  /** Pane sizes by name, in percent of their group. */
  panes: Record<string, number[]>;
  /** Hints that were not dismissed yet. */
  hints: Record<EndpointId, HintId>;
};

export const emptyLayout: Layout = { openTabs: [], activeTab: null, panes: {}, hints: {} };
