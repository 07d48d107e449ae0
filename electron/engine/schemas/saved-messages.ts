/** What a saved message may be, from a page and in a file. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { WrittenMessage } from '../../../shared/payload/payload.ts';
import {
  messageKeys,
  mostEarlier,
  mostMessages,
  mostNameCharacters,
  mostNoteCharacters,
  mostPacketSender,
  mostRepeatMs,
  mostSavedBytes,
  type KeptMessage,
  type MessageFields,
  type MessageId,
} from '../../../shared/saved-messages.ts';
import { highestPort } from '../../../shared/address.ts';
import { transportNames } from '../../../shared/settings/transports.ts';
import { messageExports } from '../../../shared/importing/exporters.ts';
import { textBytes } from '../../../shared/drafts.ts';
import { listOf, plain } from '../../../shared/schema.ts';
import { encoding, integer, lineEnd, mode, text, wrap } from './schemas.ts';

export const newMessageId = (): MessageId => `m${randomBytes(6).toString('hex')}`;

const id = v.pipe(v.string(), v.regex(/^m[0-9a-f]{12}$/));
export const messageId = v.pipe(id, v.title('id'));
export const messageIds = v.pipe(listOf(id, mostMessages), v.title('ids'));
export const before = v.pipe(v.nullable(id), v.title('before'));
const folderName = text(mostNameCharacters);
export const folder = v.pipe(v.nullable(folderName), v.title('folder'));
export const exportFormat = v.pipe(v.picklist(messageExports), v.title('format'));
export const removal = v.pipe(integer(1, Number.MAX_SAFE_INTEGER), v.title('removal'));

const written: v.GenericSchema<unknown, WrittenMessage> = plain(
  v.strictObject({
    mode,
    text: v.pipe(
      text(mostSavedBytes),
      v.check((typed) => textBytes(typed) <= mostSavedBytes),
    ),
    lineEnd,
    encoding,
    wrap: v.exactOptional(wrap),
  }),
);

const target = v.nullable(
  v.union([
    v.literal('all'),
    plain(
      v.strictObject({
        ...{ host: text(1000), port: integer(1, highestPort) },
        transport: v.exactOptional(v.picklist(transportNames)),
      }),
    ),
  ]),
);
const repeatMs = v.nullable(integer(1, mostRepeatMs));
const packetSender = text(mostPacketSender);

const fields = {
  name: text(mostNameCharacters),
  note: text(mostNoteCharacters),
  folder: folderName,
  key: v.nullable(v.picklist(messageKeys)),
  written,
  target,
  // Earlier versions kept none.
  repeatMs: v.optional(repeatMs, null),
  packetSender: v.optional(packetSender, ''),
};

export const messageFields: v.GenericSchema<unknown, MessageFields> = plain(v.strictObject(fields));
export const messages = v.pipe(listOf(messageFields, mostMessages), v.title('messages'));

export const messageChange: v.GenericSchema<unknown, Partial<MessageFields>> = v.pipe(
  plain(
    v.strictObject({
      name: v.exactOptional(fields.name),
      note: v.exactOptional(fields.note),
      folder: v.exactOptional(fields.folder),
      key: v.exactOptional(fields.key),
      written: v.exactOptional(fields.written),
      target: v.exactOptional(target),
      repeatMs: v.exactOptional(repeatMs),
      packetSender: v.exactOptional(packetSender),
    }),
  ),
  v.title('change'),
);

export const keptMessage: v.GenericSchema<unknown, KeptMessage> = plain(
  v.strictObject({ ...fields, id, history: listOf(written, mostEarlier) }),
);
