/** Any file: one message of its bytes. */
import { toBase64 } from '../payload/base64.ts';
import { isCleanText } from '../payload/clean-text.ts';
import { asIsOf, type WrittenMessage } from '../payload/payload.ts';
import { mostSavedBytes } from '../saved-messages.ts';
import { nameOf, writtenOf, type Finds } from './brought.ts';

export function readRaw(bytes: Uint8Array, name: string, finds: Finds): void {
  if (bytes.length > mostSavedBytes) return finds.refuse('message-too-long', null, name);
  finds.message({ name: nameOf(name), written: rawMessage(bytes) }, null);
}

/** Lines as they are; what is no text in hex, and long ones in the shorter notation. */
function rawMessage(bytes: Uint8Array): WrittenMessage {
  const lines = isCleanText(bytes) && bytes.includes(10) ? asIsOf(bytes, 'none') : null;
  if (lines !== null) return { mode: 'as-is', text: lines, lineEnd: 'none' };
  const written = writtenOf(bytes);
  return written.mode === 'hex' && written.text.length > mostSavedBytes
    ? { mode: 'base64', text: toBase64(bytes), lineEnd: 'none' }
    : written;
}
