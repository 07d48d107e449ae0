/** Messages that are kept under a name, for any endpoint to send. Their order is that of the list. */
import { textBytes } from './drafts.ts';
import type { WrittenMessage } from './payload/payload.ts';
import type { Transport } from './settings/settings.ts';

export type MessageId = string;

/** The digits that send one. */
export const messageKeys = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
export type MessageKey = (typeof messageKeys)[number];

/** As far as it can be remembered: connections have other numbers in every run. `transport`: left out: any. */
export type SavedTarget = 'all' | { host: string; port: number; transport?: Transport };

export type MessageFields = {
  name: string;
  note: string;
  /** '' is none. */
  folder: string;
  /** Of one message at most. */
  key: MessageKey | null;
  written: WrittenMessage;
  /** Null: where the composer points. */
  target: SavedTarget | null;
  /** How often it is repeated, where that is asked for, in milliseconds; null: as it is chosen then. */
  repeatMs: number | null;
  /** Its entry of Packet Sender as it was read, as JSON, so that it goes out as it came; '': none. */
  packetSender: string;
};

/** `earlier`: how many values it had before. */
export type SavedMessage = MessageFields & { id: MessageId; earlier: number };
/** As the engine keeps it; `history`: what was written before, the newest first. */
export type KeptMessage = MessageFields & { id: MessageId; history: WrittenMessage[] };

export const mostMessages = 1_000;
export const mostNameCharacters = 80;
export const mostNoteCharacters = 1_000;
/** Of one message's text, with room for the rest of it in one call; of all that is kept with their history. As UTF-8. */
export const mostSavedBytes = 1_000_000;
export const mostMessagesBytes = 8 * 1024 * 1024;
/** Of one message. The value before the last is kept whatever its length. */
export const mostEarlier = 20;
export const mostEarlierBytes = 64 * 1024;

export const mostRepeatMs = 1_000_000_000;
/** Characters of one that is kept; of what is longer the entry is made anew. */
export const mostPacketSender = 64 * 1024;

/** A message of before anything was said about it. */
export const unnamed = (written: WrittenMessage): MessageFields => ({
  ...{ name: '', note: '', folder: '', key: null, target: null, repeatMs: null, packetSender: '' },
  written,
});

export const keptBytes = ({ name, note, written, packetSender, history }: KeptMessage): number =>
  [name, note, written.text, packetSender, ...history.map(({ text }) => text)].reduce(
    (sum, text) => sum + textBytes(text),
    0,
  );

/** The message with other fields; what was written before is kept with it. */
export function changed(message: KeptMessage, change: Partial<MessageFields>): KeptMessage {
  const { written } = change;
  if (written === undefined || isSame(written, message.written)) return { ...message, ...change };
  return { ...message, ...change, history: earlierOf(message, written) };
}

/** Without what stands there now, and no value twice. */
function earlierOf({ written: before, history }: KeptMessage, now: WrittenMessage): WrittenMessage[] {
  const [newest, ...others] = [before, ...history.filter((each) => !isSame(each, before))].filter(
    (each) => !isSame(each, now),
  );
  let left = mostEarlierBytes;
  const tooOld = others.findIndex(({ text }) => (left -= textBytes(text)) < 0);
  const kept = tooOld < 0 ? others : others.slice(0, tooOld);
  return newest === undefined ? [] : [newest, ...kept].slice(0, mostEarlier);
}

const isSame = (a: WrittenMessage, b: WrittenMessage): boolean => identity(a) === identity(b);
const identity = ({ mode, text, lineEnd, encoding = 'utf-8', wrap }: WrittenMessage): string =>
  JSON.stringify([mode, text, lineEnd, encoding, Object.entries(wrap ?? {}).sort()]);

/** The list with these, in their order, before another one, or behind all. */
export function moved<T extends { id: MessageId }>(
  list: readonly T[],
  ids: readonly MessageId[],
  before: MessageId | null,
): T[] {
  const moving = new Set(ids);
  // One that moves itself is no place: the next that stays is.
  const from = before === null ? list.length : list.findIndex(({ id }) => id === before);
  const stays = list.slice(from < 0 ? list.length : from).find(({ id }) => !moving.has(id));
  const rest = list.filter(({ id }) => !moving.has(id));
  const at = stays === undefined ? rest.length : rest.indexOf(stays);
  return [...rest.slice(0, at), ...list.filter(({ id }) => moving.has(id)), ...rest.slice(at)];
}

/** Where something was taken out of a list: its order then, and what went. */
export type Removal<T> = { order: readonly MessageId[]; removed: readonly T[] };

/** The list with what went, each behind the nearest before it that is still there. */
export function restored<T extends { id: MessageId }>(
  list: readonly T[],
  { order, removed }: Removal<T>,
): T[] {
  const present = new Set(list.map(({ id }) => id));
  const back = new Map(removed.filter(({ id }) => !present.has(id)).map((each) => [each.id, each]));
  const behind = new Map<MessageId | null, T[]>();
  let place: MessageId | null = null;
  for (const id of order) {
    const item = back.get(id);
    if (present.has(id)) place = id;
    else if (item) behind.set(place, [...(behind.get(place) ?? []), item]);
  }
  return [...(behind.get(null) ?? []), ...list.flatMap((each) => [each, ...(behind.get(each.id) ?? [])])];
}
