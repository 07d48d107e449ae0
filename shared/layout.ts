/** What the engine keeps of a page beside its drafts, each by itself: of two pages, the last to change one has its way. */
import type { CompareChoice } from './compare/choice.ts';
import type { DecodeChoice } from './decoding/choice.ts';
import type { Highlight, KeptFilter } from './filter/kept.ts';
import type { EndpointId } from './domain.ts';
import type { LogReading } from './frames.ts';
import type { CopyForm } from './payload/copy-forms.ts';
import type { PanelName } from './settings/field.ts';
import type { HintId } from './settings/ready-made.ts';
import type { OwnValue } from './values/own.ts';
import type { StatisticsChoice } from './statistics/choice.ts';

/** Time of day; since the first record; since the row above. */
export const timeFormats = ['absolute', 'relative', 'difference'] as const;

/** Of all that is drawn. */
export const textSizes = ['small', 'normal', 'large', 'larger'] as const;
export type TextSize = (typeof textSizes)[number];

export type Preferences = {
  theme: 'system' | 'light' | 'dark';
  textSize: TextSize;
  timeFormat: (typeof timeFormats)[number];
  /** The one that was chosen last; null: as the bytes are shown. */
  copyForm: CopyForm | null;
  /** What was run from the palette, the last first, by the keys of its rows. */
  recent: string[];
};

export const mostRecent = 20;

export const usualPreferences: Preferences = {
  theme: 'system',
  textSize: 'normal',
  timeFormat: 'absolute',
  copyForm: null,
  recent: [],
};

/** The rooms of the pane at the right: about a record, its connection, what all comes to, and how the endpoint is set up. */
export const paneRooms = ['record', 'connection', 'statistics', 'setup'] as const;
export type PaneRoom = (typeof paneRooms)[number];

/** What can be asked for in the room of the set-up. */
export type SetupPart = PanelName | 'reply';

/** What is about several endpoints, or about none, and has a tab of its own. */
export const documentIds = ['messages', 'network', 'search'] as const;
export type DocumentId = (typeof documentIds)[number];

/** Documents that there may be many of: a tab names one of them. */
export type ManyId = `${ManyKind}:${string}`;
export type ManyKind = 'sequence' | 'compare' | 'diagram';

/** A tab is an endpoint or a document. */
export type TabId = EndpointId | DocumentId | ManyId;

/** Which one, of a document that there may be many of; else ''. */
export const ofTab = (id: TabId): string => id.split(':')[1] ?? '';

export const isDocumentId = (id: TabId): id is DocumentId => documentIds.some((each) => each === id);

/** The open tabs, and how the window is divided. */
export type Layout = {
  openTabs: TabId[];
  activeTab: TabId | null;
  /** Widths by name, in pixels, each in a list of one. Earlier versions kept percentages, by other names. */
  panes: Record<string, number[]>;
  /** Hints that were not dismissed yet. */
  hints: Record<EndpointId, HintId>;
  /** The room that the pane shows; null while it is closed. */
  room: PaneRoom | null;
  /** A person closed the pane once: choosing a record opens it no more. */
  keepsClosed: boolean;
  /** Sections of the pane that were opened or folded by hand. */
  sections: Record<string, boolean>;
  /** Folders of saved messages that are folded, by their names. */
  folded: string[];
  /** Columns of the log that a person gave another width, or hid. */
  columns: Record<string, ColumnChoice>;
  /** How the log of an endpoint is read, where somebody chose that. */
  readings: Record<EndpointId, LogReading>;
  /** As what its bytes are decoded, where somebody chose that. */
  decoders: Record<EndpointId, DecodeChoice>;
  /** Rows of values that a person made. */
  values: OwnValue[];
  /** Filters with a name, and those that give rows a colour. */
  filters: KeptFilter[];
  highlights: Highlight[];
  /** What its statistics match, where somebody chose that. */
  statistics: Record<EndpointId, StatisticsChoice>;
  /** How what it says is compared. */
  compared: Record<EndpointId, CompareChoice>;
};

/** `width`: in pixels; null for the usual one. */
export type ColumnChoice = { width: number | null; isHidden: boolean };
export const usualColumn: ColumnChoice = { width: null, isHidden: false };

export const emptyLayout: Layout = {
  openTabs: [],
  activeTab: null,
  panes: {},
  hints: {},
  room: null,
  keepsClosed: false,
  sections: {},
  folded: [],
  columns: {},
  readings: {},
  decoders: {},
  values: [],
  filters: [],
  highlights: [],
  statistics: {},
  compared: {},
};
