/** What records can be written as, by the window and on the command line: `electron/engine/reading/exporters/`. */
export const exportFormats = ['text', 'hex', 'jsonl', 'raw', 'csv', 'pcapng'] as const;
export type ExportFormat = (typeof exportFormats)[number];
