/** What each document of a workspace may hold, and how it is read. */
import * as v from 'valibot';
import type { Endpoint } from '../../../shared/contract.ts';
import type { EndpointId } from '../../../shared/domain.ts';
import type { Drafts } from '../../../shared/drafts.ts';
import { emptyLayout, usualPreferences, type Layout, type Preferences } from '../../../shared/layout.ts';
import { isPlainObject } from '../../../shared/schema.ts';
import { completed } from '../../../shared/settings/field.ts';
import { defaultReply } from '../../../shared/settings/reply.ts';
import { settingsOf } from '../../../shared/settings/settings.ts';
import { usualKeepFreeBytes } from '../capture/capture-place.ts';
import { keptMessage } from '../schemas/saved-messages.ts';
import { keptSequence } from '../schemas/sequences.ts';
import * as schemas from '../schemas/schemas.ts';
import { mostMessages, type MessageKey } from '../../../shared/saved-messages.ts';
import { mostSequences } from '../../../shared/sequences/saved.ts';
import type { DocumentKind } from './document.ts';
import type { Messages } from './saved-messages.ts';
import type { Sequences } from './saved-sequences.ts';

/** `layout`: of an earlier version, which kept everything of a page there. */
export type Endpoints = { endpoints: Endpoint[]; keepFreeBytes: number; layout?: unknown };

/** Takes each endpoint on its own, so that a bad one does not cost the others. */
export const endpointsKind: DocumentKind<Endpoints> = {
  name: 'workspace',
  usual: { endpoints: [], keepFreeBytes: usualKeepFreeBytes },
  read(data) {
    const listed: unknown[] = Array.isArray(data.endpoints) ? data.endpoints : [];
    const seen = new Set<string>();
    const endpoints = listed.flatMap((item) => {
      const result = v.safeParse(endpointSchema, withDefaults(item));
      if (!result.success || seen.has(result.output.id)) return [];
      seen.add(result.output.id);
      return [result.output];
    });
    // Workspaces of before it could be set have none.
    const keepFree = v.safeParse(v.optional(schemas.keepFreeBytes, usualKeepFreeBytes), data.keepFreeBytes);
    const { layout } = data;
    const older = layout === undefined ? null : olderOf(layout);
    return {
      value: {
        endpoints,
        keepFreeBytes: keepFree.success ? keepFree.output : usualKeepFreeBytes,
        ...(older === null ? {} : { layout }),
      },
      isWhole:
        Array.isArray(data.endpoints) &&
        endpoints.length === listed.length &&
        keepFree.success &&
        (older?.isWhole ?? true),
    };
  },
};

const endpointSchema = v.strictObject({ id: schemas.endpointId, settings: schemas.endpointSettings });

/** What an earlier version did not know of yet has its usual value. */
function withDefaults(item: unknown): unknown {
  if (!isPlainObject(item) || !isPlainObject(item.settings)) return item;
  const { settings } = item;
  // The first version had a reply's kind alone.
  const reply =
    typeof settings.reply === 'string' ? { reply: { ...defaultReply(), kind: settings.reply } } : {};
  return { ...item, settings: completed(settingsOf(settings.role), { ...settings, ...reply }) };
}

/** A kind whose file holds what the schema says, and nothing else. */
const kindOf = <T extends object>(
  name: string,
  usual: T,
  schema: v.GenericSchema<unknown, T>,
): DocumentKind<T> => ({
  name,
  usual,
  read({ format: _, ...data }) {
    const result = v.safeParse(schema, data);
    return result.success ? { value: result.output, isWhole: true } : { value: usual, isWhole: false };
  },
});

export const preferencesKind = kindOf<Preferences>('preferences', usualPreferences, schemas.preferences);
export const layoutKind = kindOf<Layout>('layout', emptyLayout, schemas.layout);

/** `ports`: the ones that servers on any free port had. */
export type Ran = { running: EndpointId[]; ports: Record<EndpointId, number> };

/** Of an earlier version, and of one that cannot be read, nothing is known: nothing is offered then. */
export const runningKind = kindOf<Ran>('running', { running: [], ports: {} }, schemas.running);

/** Takes each draft on its own. */
export const draftsKind: DocumentKind<{ drafts: Drafts }> = {
  name: 'drafts',
  usual: { drafts: {} },
  read({ drafts }) {
    if (!isPlainObject(drafts)) return { value: { drafts: {} }, isWhole: false };
    const listed = Object.entries(drafts);
    const sound = listed.flatMap(([id, draft]) => {
      const result = v.safeParse(schemas.keptDraft, draft);
      return v.is(schemas.endpointId, id) && result.success ? [[id, result.output] as const] : [];
    });
    return {
      value: { drafts: Object.fromEntries(sound) },
      isWhole: sound.length === listed.length,
    };
  },
};

/** Takes each message on its own, each id and each key once. */
export const messagesKind: DocumentKind<Messages> = {
  name: 'messages',
  usual: { messages: [] },
  read({ messages }) {
    const listed: unknown[] = Array.isArray(messages) ? messages : [];
    const ids = new Set<string>();
    const keys = new Set<MessageKey>();
    const sound = listed.slice(0, mostMessages).flatMap((item) => {
      const result = v.safeParse(keptMessage, item);
      if (!result.success || ids.has(result.output.id)) return [];
      const { id, key } = result.output;
      ids.add(id);
      const isTaken = key !== null && keys.has(key);
      if (key !== null) keys.add(key);
      return [isTaken ? { ...result.output, key: null } : result.output];
    });
    return {
      value: { messages: sound },
      isWhole: Array.isArray(messages) && sound.length === listed.length,
    };
  },
};

/** Takes each sequence on its own, each id once. */
export const sequencesKind: DocumentKind<Sequences> = {
  name: 'sequences',
  usual: { sequences: [] },
  read({ sequences }) {
    const listed: unknown[] = Array.isArray(sequences) ? sequences : [];
    const ids = new Set<string>();
    const sound = listed.slice(0, mostSequences).flatMap((item) => {
      const result = v.safeParse(keptSequence, item);
      if (!result.success || ids.has(result.output.id)) return [];
      ids.add(result.output.id);
      return [result.output];
    });
    return {
      value: { sequences: sound },
      isWhole: Array.isArray(sequences) && sound.length === listed.length,
    };
  },
};

type Older = { preferences: Preferences; layout: Layout; drafts: Drafts; isWhole: boolean };

/** The one blob in which an earlier version kept all of a page; null for nothing, and for what is no such thing. */
export function olderOf(blob: unknown): Older | null {
  if (blob === undefined) return null;
  if (!isPlainObject(blob)) return { ...nothing, isWhole: false };
  const { theme, timeFormat, composers, ...rest } = blob;
  const preferences = preferencesKind.read({ theme, timeFormat });
  const layout = layoutKind.read(rest);
  const { value, isWhole } = draftsKind.read({ drafts: composers });
  return {
    preferences: preferences.value,
    layout: layout.value,
    drafts: value.drafts,
    isWhole: preferences.isWhole && layout.isWhole && isWhole,
  };
}

const nothing = { preferences: usualPreferences, layout: emptyLayout, drafts: {} };
