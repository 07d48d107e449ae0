/** The languages that a conversation can be written in, in the order in which they are offered. */
export const programIds = [
  'python',
  'node',
  'c',
  'bash',
  'ncat',
  'socat',
  'openssl',
  'go',
  'csharp',
  'java',
] as const;
export type ProgramId = (typeof programIds)[number];
