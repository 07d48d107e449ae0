/** Bytes as a person wrote them: the composer's two notations, for settings that hold messages. */
import { parseMessageHex, type HexProblem } from './message-hex.ts';
import { parseMessageText, type TextProblem } from './message-text.ts';

/** Bytes as a person writes them: in the composer's text notation (`\r\n`, `\x00`) or as hex. '' is no bytes. */
export type WrittenBytes = { mode: 'text' | 'hex'; text: string };

export type ParsedBytes =
  { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; problems: (TextProblem | HexProblem)[] };

/** Linear in the length; lists at most 100 problems. '' is no bytes in either notation. */
export const parseWritten = ({ mode, text }: WrittenBytes): ParsedBytes =>
  mode === 'hex' ? parseMessageHex(text) : parseMessageText(text);

/** Of what was checked before: what cannot be read all the same is no bytes. */
export function writtenBytes(written: WrittenBytes): Uint8Array {
  const parsed = parseWritten(written);
  return parsed.ok ? parsed.bytes : new Uint8Array();
}
