import type { RegisterKind } from './decoding/context.ts';
import type { DecoderId } from './decoding/decoded.ts';
import type { LineTimes, LogLineForm } from './show/line-form.ts';

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

/** And a whole log as it is kept, in one file. */
export const planFormats = [...exportFormats, 'capture'] as const;
export type PlanFormat = (typeof planFormats)[number];

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

/** Of which a person can choose how bytes and times are written. */
export const hasBytesChoice = (format: PlanFormat): boolean => format === 'text';
export const hasTimesChoice = (format: PlanFormat): boolean => format === 'text' || format === 'hex';

/** In which there is a place for what a message says, by a decoder. */
export const hasDecoded = (format: PlanFormat): boolean =>
  ['text', 'jsonl', 'csv', 'html', 'svg'].includes(format);

/** Beside its format, what is written of a log. */
export type ExportPlan = {
  /** Of a 'capture' there is no part, nothing is removed from it, and what a person said is all that may be left out. */
  format: PlanFormat;
  /** Rows of the view, in their order, each from one to before another; null: all. */
  rows: { from: number; to: number }[] | null;
  /** As `readRedact` reads them. */
  redact: string[];
  /** Payloads, events, and what a person said of records. */
  leavesOut: ExportPart[];
  /** What messages say beside their bytes, by this decoder; null, and where the format has no place for it: nothing. */
  decode: { as: DecoderId; registers: RegisterKind } | null;
  /** Where the format has a choice. */
  bytes: LogLineForm;
  times: LineTimes;
  /** Of the file, as a person wants it; '': as the engine makes one. */
  name: string;
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
  /** Of the file, where nobody wants another one. */
  name: string;
  /** Null where nothing is to be removed. */
  removed: { places: number; records: number } | null;
};
