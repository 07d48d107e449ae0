/** What records can be written as, by the window and on the command line: `electron/engine/reading/exporters/`. */
export const exportFormats = [
  'text',
  'hex',
  'jsonl',
  'raw',
  'csv',
  'pcapng',
  'hexdump',
  'html',
  'svg',
  'raw-received',
  'raw-sent',
  'c',
  'python',
  'javascript',
] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Those that a log is saved in by one command. */
export const quickFormats = [
  'text',
  'hex',
  'jsonl',
  'raw',
  'csv',
  'pcapng',
] as const satisfies ExportFormat[];
export type QuickFormat = (typeof quickFormats)[number];

/** Beside its format, what is written of a log. */
export type ExportPlan = {
  format: ExportFormat;
  /** Rows of the view, in their order, each from one to before another; null: all. */
  rows: { from: number; to: number }[] | null;
  /** As `readRedact` reads them. */
  redact: string[];
  /** Payloads, events, and what a person said of records. */
  leavesOut: ExportPart[];
  /** By which the view is filtered, for the head; '': by nothing. */
  filter: string;
};
export const exportParts = ['payloads', 'events', 'annotations'] as const;
export type ExportPart = (typeof exportParts)[number];

/** What an export comes to before it is written. */
export type ExportPreview = {
  /** How it begins; of formats that are no text in hex. */
  text: string;
  /** More follows. */
  isCut: boolean;
  /** Null where nothing is to be removed. */
  removed: { places: number; records: number } | null;
};
