/** Packet Sender's JSON: what “Export packets” writes. */
import { type Finds, Unreadable, type BroughtMessage, type JsonObject } from './brought.ts';
import { parseJson, plainJson } from './json-tree.ts';
import { packetOf, readPacket } from './packet-sender.ts';

export const looksLikePackets = (text: string): boolean =>
  /^\ufeff?\s*\[/.test(text) && /"(?:hexstring|tcporudp)"\s*:/.test(text);

/** Throws `Unreadable`. */
export function readPacketJson(text: string, finds: Finds): void {
  const { at, value } = parseJson(text);
  if (!Array.isArray(value)) throw new Unreadable('json-not-array', at);
  for (const node of value) {
    if (finds.isFull) return finds.refuse('too-many', node.at);
    const fields = node.value;
    if (!(fields instanceof Map)) {
      finds.refuse('json-not-object', node.at);
      continue;
    }
    const entry = plainJson(node) as JsonObject;
    takePacket(entry, finds, node.at, (key) => fields.get(key)?.at ?? node.at);
  }
}

/** One entry, from wherever it was read. `placeOf`: where one of its fields stands. */
export function takePacket(
  entry: JsonObject,
  finds: Finds,
  at: number,
  placeOf: (key: string) => number,
): void {
  const read = readPacket(entry, (code, key, what) => finds.refuse(code, placeOf(key), what));
  if (read !== null) finds.message({ ...read, packetSender: entry }, at);
}

/** As Qt writes it: four blanks, keys in their order. Throws nothing; `refuse` hears what cannot go out. */
export function packetJson(
  messages: readonly BroughtMessage[],
  refuse: (code: Parameters<Finds['refuse']>[0], what: string) => void,
): string {
  const entries = messages.flatMap((message) => {
    const entry = packetOf(message, (code) => refuse(code, message.name));
    return entry === null ? [] : [entry];
  });
  return `${JSON.stringify(entries, null, 4)}\n`;
}
