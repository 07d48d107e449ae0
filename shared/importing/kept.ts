/** Messages that are kept, as files have them. */
import type { SavedMessage } from '../saved-messages.ts';
import { isPlainObject } from '../schema.ts';
import { noFacts, type BroughtMessage, type JsonObject } from './brought.ts';

export function broughtOf(message: SavedMessage): BroughtMessage {
  const { name, note, folder, key, written, target, repeatMs, packetSender } = message;
  return {
    ...noFacts(),
    ...{ name, note, folder, key, written, repeatMs },
    target: target === null || target === 'all' ? target : { transport: null, ...target },
    packetSender: packetSender === '' ? {} : objectIn(packetSender),
  };
}

function objectIn(json: string): JsonObject {
  try {
    const value: unknown = JSON.parse(json);
    return isPlainObject(value) ? (value as JsonObject) : {};
  } catch {
    return {}; // Nobody's entry: it is made anew.
  }
}
