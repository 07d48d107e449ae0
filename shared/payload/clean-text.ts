/** Whether bytes are text that a person would write as such. */
import { controlName } from '../show/characters.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const usual = new Set(['\t', '\n', '\r']);

/** Well-formed UTF-8 without controls but tabs and line ends, and without characters that cannot be seen. */
export function isCleanText(bytes: Uint8Array): boolean {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return false; // Not UTF-8.
  }
  for (const character of text)
    if (!usual.has(character) && controlName(character.codePointAt(0)!) !== null) return false;
  return true;
}
