/** What messages and endpoints can be taken away as. */
import { Finds, type Brought, type BroughtMessage, type Refusal } from './brought.ts';
import { ownJson } from './own.ts';
import { packetJson } from './packet-sender-json.ts';
import type { EndpointSettings } from '../settings/settings.ts';

export const messageExports = ['socketscope', 'packetsender'] as const;
export type MessageExport = (typeof messageExports)[number];

/** The text of the file, and what of it the format has no place for. */
export function exportMessages(
  format: MessageExport,
  { messages, endpoints }: { messages: readonly BroughtMessage[]; endpoints: readonly EndpointSettings[] },
): { text: string; refused: Refusal[] } {
  if (format === 'socketscope') return { text: ownJson(messages, endpoints), refused: [] };
  const finds = new Finds();
  const text = packetJson(messages, (code, what) => finds.refuse(code, null, what));
  for (const { role, name } of endpoints) finds.refuse('export-endpoint', null, name === '' ? role : name);
  return { text, refused: finds.brought('').refused };
}

export type { Brought };
