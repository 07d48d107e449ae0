/** Messages that files bring, as they are kept here. */
import { highestPort } from '../../shared/address.ts';
import { savedTargetOf, type BroughtMessage } from '../../shared/importing/brought.ts';
import { mostNoteCharacters, mostPacketSender, type MessageFields } from '../../shared/saved-messages.ts';
import { urlOf } from '../../shared/settings/transports.ts';
import { texts } from '../../shared/texts/index.ts';

/** Where a message goes and how often, in words; '' where nothing is said of it. */
export function planOf({ target, repeatMs }: BroughtMessage): string {
  const to =
    target === null || target === 'all'
      ? ''
      : target.transport === null
        ? urlOf('tcp', target).slice('tcp://'.length)
        : urlOf(target.transport, target);
  return [to, repeatMs === null ? '' : texts.importing.repeats(repeatMs / 1000)].filter(Boolean).join(', ');
}

/** Where a list of messages has no place for a path, it stands in the note, where there is none. */
export function fieldsOf(message: BroughtMessage): MessageFields {
  const { name, note, folder, key, written, repeatMs } = message;
  const target = savedTargetOf(message.target);
  const isKept =
    typeof target !== 'object' || target === null || (target.port > 0 && target.port <= highestPort);
  const entry = Object.keys(message.packetSender).length === 0 ? '' : JSON.stringify(message.packetSender);
  return {
    ...{ name, folder, key, written },
    note: (note === '' && !isKept ? planOf({ ...message, repeatMs: null }) : note).slice(
      0,
      mostNoteCharacters,
    ),
    target: isKept ? target : null,
    // Of another program it may be a part of a millisecond.
    repeatMs: repeatMs === null ? null : Math.round(repeatMs),
    packetSender: entry.length > mostPacketSender ? '' : entry,
  };
}
