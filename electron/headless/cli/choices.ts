/** What can be chosen of each command, apart from what the commands need: nothing else of them is loaded to read arguments. */
import { foreignNotations, type ForeignNotation } from '../../../shared/payload/foreign.ts';
import { notations } from '../../../shared/payload/payload.ts';

export const bytesNotations = [
  ...notations,
  ...(Object.keys(foreignNotations) as ForeignNotation[]),
] as const;
export const bytesFormats = ['hex', 'raw', 'text', 'jsonl'] as const;
export const compareFormats = ['text', 'jsonl'] as const;
export const decodeFormats = ['text', 'jsonl'] as const;
/** What bytes are beside what a decoder reads: numbers at a place, and how often each byte is there. */
export const plainReadings = ['values', 'histogram'] as const;
export const frameFormats = ['hex', 'jsonl'] as const;
export const statsFormats = ['text', 'jsonl', 'csv'] as const;
export const importOutputs = ['text', 'json', 'packetsender'] as const;
export const verifyFormats = ['text', 'jsonl'] as const;
export const messagesFormats = ['text', 'jsonl'] as const;
export const workspaceTasks = ['check', 'export'] as const;
