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
