/** A workspace as a file: read with the place of what is wrong, and written with what a later version put into it. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Endpoint } from '../../../shared/contract.ts';
import { textBytes } from '../../../shared/drafts.ts';
import { unreadableIn } from '../../../shared/framing/settings.ts';
import {
  Finds,
  Unreadable,
  unreadable,
  type Json,
  type JsonObject,
  type Refusal,
} from '../../../shared/importing/brought.ts';
import { parseJson, plainJson, type JsonFields, type JsonNode } from '../../../shared/importing/json-tree.ts';
import { ownFormat } from '../../../shared/importing/own.ts';
import { emptyLayout, type Layout } from '../../../shared/layout.ts';
import {
  mostMessages,
  mostMessagesBytes,
  type MessageFields,
  type MessageId,
} from '../../../shared/saved-messages.ts';
import { isPlainObject, type Schema } from '../../../shared/schema.ts';
import { mostSequences, mostSequencesBytes, type KeptSequence } from '../../../shared/sequences/saved.ts';
import { checkSettings } from '../../../shared/settings/endpoint.ts';
import { completed, factsOf } from '../../../shared/settings/field.ts';
import { clientSettings, listenerSettings, settingsOf } from '../../../shared/settings/settings.ts';
import { mostWorkspaceBytes } from '../../../shared/workspaces.ts';
import * as m from '../schemas/saved-messages.ts';
import * as s from '../schemas/schemas.ts';
import * as q from '../schemas/sequences.ts';
import { extraOf, withExtra, type Extra, type Shape } from './extra-fields.ts';

export type FileMessage = MessageFields & { id: MessageId };
/** `layout`: null where the file has none. */
export type FileContent = {
  endpoints: Endpoint[];
  messages: FileMessage[];
  sequences: KeptSequence[];
  layout: Layout | null;
};
/** `version`: of the format, that of a later Socketscope too; `notes`: fields that are kept and not known. */
export type WorkspaceRead =
  | { isReadable: true; content: FileContent; extra: Extra | null; version: number; notes: Refusal[] }
  | { isReadable: false; problems: Refusal[] };

/** More are in no file: it could not be opened again. */
export const mostEndpoints = 1_000;
/** Of this machine and its person alone: a file of somebody else starts nothing. */
const local: readonly string[] = ['startsWithApp'];

/** Never throws, opens nothing and reads nothing; linear in the length, which is bounded. */
export function readWorkspace(bytes: Uint8Array): WorkspaceRead {
  let text = '';
  try {
    text = textOf(bytes);
    return readTree(text, parseJson(text));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { isReadable: false, problems: unreadable(text, error).refused };
  }
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new Unreadable('file-empty');
  if (bytes.length > mostWorkspaceBytes) throw new Unreadable('workspace-too-long');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable('file-not-utf8');
  }
}

function readTree(text: string, tree: JsonNode): WorkspaceRead {
  const file = tree.value;
  if (!(file instanceof Map)) throw new Unreadable('json-not-object', tree.at);
  const [format, version] = [file.get('format'), file.get('version')];
  if (format?.value !== ownFormat.name) throw new Unreadable('workspace-none', format?.at ?? tree.at);
  if (typeof version?.value !== 'number' || !(version.value >= 1))
    throw new Unreadable('field-value', version?.at ?? tree.at, 'version');
  const [errors, notes] = [new Finds(), new Finds()];
  const isLater = version.value > ownFormat.version;
  const content: FileContent = {
    endpoints: endpointsIn(file, errors),
    messages: messagesIn(file, errors),
    sequences: sequencesIn(file, errors),
    layout: layoutIn(file, isLater, errors),
  };
  if (isLater) notes.refuse('own-version', version.at, String(version.value));
  if (errors.brought('').refused.length > 0) {
    // The likely reason of all others.
    if (isLater) errors.refuse('workspace-later', version.at, String(version.value));
    return { isReadable: false, problems: errors.brought(text).refused };
  }
  const shown = jsonOf(content, true);
  const extra = extraOf(tree, fileShape, shown, (name, at) => {
    if (!local.includes(name)) notes.refuse('field-unknown', at, name);
  });
  return {
    ...{ isReadable: true, content, extra, version: version.value },
    notes: notes.brought(text).refused,
  };
}

/** Pretty, the same for the same content. Of secrets, such as a proxy's password, nothing is in it without `withSecrets`. */
export function workspaceText(
  content: FileContent,
  { extra, version, withSecrets }: { extra: Extra | null; version: number; withSecrets: boolean },
): string {
  const json = { ...jsonOf(content, withSecrets), version };
  return `${JSON.stringify(withExtra(json, extra), null, 2)}\n`;
}

function jsonOf({ endpoints, messages, sequences, layout }: FileContent, withSecrets: boolean): JsonObject {
  return {
    format: ownFormat.name,
    version: ownFormat.version,
    endpoints: endpoints.map(({ id, settings }) => {
      const kept = withSecrets ? settings : withoutSecrets(settingsOf(settings.role), settings);
      const shared = Object.entries(kept as JsonObject).filter(([name]) => !local.includes(name));
      return { id, ...Object.fromEntries(shared) };
    }),
    messages: messages.map(
      ({ id, name, note, folder, key, written, target }) =>
        ({ id, name, note, folder, key, written, target }) as JsonObject,
    ),
    sequences: sequences.map(({ id, sequence }) => ({ id, ...(sequence as JsonObject) })),
    ...(layout === null ? {} : { layout: layout as JsonObject }),
  };
}

function withoutSecrets(schema: Schema<unknown>, value: unknown): unknown {
  const { entries } = factsOf(schema);
  if (!entries || !isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => factsOf(entries[name]!).option?.text !== 'secret')
      .map(([name, each]) => [name, withoutSecrets(entries[name]!, each)]),
  );
}

/** Whether it holds what `workspaceText` leaves out unless it is asked. */
export const hasSecrets = (content: FileContent): boolean =>
  content.endpoints.some(({ settings }) => settings.role === 'client' && settings.proxy.password !== '');

const fields = (names: readonly string[], more: Readonly<Record<string, Shape>> = {}): Shape => ({
  fields: { ...Object.fromEntries(names.map((name) => [name, null])), ...more },
});

function settingsShape(schema: Schema<unknown>): Shape {
  const { entries, item } = factsOf(schema);
  if (item) return { items: settingsShape(item) };
  if (!entries) return null;
  const known = Object.entries(entries).filter(([name]) => !local.includes(name));
  return { fields: Object.fromEntries(known.map(([name, entry]) => [name, settingsShape(entry)])) };
}

const endpointShapes = {
  listener: { fields: { ...fieldsOfShape(settingsShape(listenerSettings)), id: null } },
  client: { fields: { ...fieldsOfShape(settingsShape(clientSettings)), id: null } },
};

function fieldsOfShape(shape: Shape): Readonly<Record<string, Shape>> {
  return shape !== null && 'fields' in shape ? shape.fields : {};
}

const writtenShape = fields(['mode', 'text', 'lineEnd', 'encoding', 'wrap']);
const messageShape = fields(['id', 'name', 'note', 'folder', 'key'], {
  written: writtenShape,
  target: fields(['host', 'port']),
});
const stepShape: Shape = {
  fields: {
    ...fieldsOfShape(fields(['kind', 'name', 'expect', 'withinMs', 'ms', 'how', 'times'])),
    onFailure: fields(['then', 'again']),
    // A saved message by its id and its name, or a written one.
    send: fields(['mode', 'text', 'lineEnd', 'encoding', 'wrap', 'message', 'name']),
    set: { items: fields(['name', 'pattern']) },
    get steps() {
      return stepsShape;
    },
  },
};
const stepsShape: Shape = { items: stepShape };
const sequenceShape = fields(['id', 'name'], {
  values: { items: fields(['name', 'text']) },
  steps: stepsShape,
});
const layoutShape = fields(Object.keys(emptyLayout));
const fileShape: Shape = fields(['format', 'version'], {
  endpoints: { items: { of: (each) => endpointShapes[roleOf(each)] } },
  messages: { items: messageShape },
  sequences: { items: sequenceShape },
  layout: layoutShape,
});

const roleOf = (node: JsonNode): 'listener' | 'client' =>
  node.value instanceof Map && node.value.get('role')?.value === 'client' ? 'client' : 'listener';

/** What this version knows of a value. */
function knownIn(node: JsonNode, shape: Shape): Json {
  const { value } = node;
  if (shape !== null && 'items' in shape && Array.isArray(value))
    return value.map((each) => knownIn(each, shape.items));
  if (shape === null || !('fields' in shape) || !(value instanceof Map)) return plainJson(node);
  return Object.fromEntries(
    [...value]
      .filter(([name]) => Object.hasOwn(shape.fields, name))
      .map(([name, field]) => [name, knownIn(field, shape.fields[name]!)]),
  );
}

const bare = ({ id: _, ...rest }: JsonObject): JsonObject => rest;

/** Those of a list that are objects; what else stands there is told. */
function itemsIn(file: JsonFields, name: string, most: number, errors: Finds): JsonNode[] {
  const node = file.get(name);
  if (node === undefined) return [];
  const { value } = node;
  if (!Array.isArray(value)) {
    errors.refuse('json-not-array', node.at, name);
    return [];
  }
  if (value.length > most) errors.refuse('too-many', value[most]!.at, name);
  const items = value.slice(0, most);
  for (const item of items) if (!(item.value instanceof Map)) errors.refuse('json-not-object', item.at, name);
  return items.filter((item) => item.value instanceof Map);
}

/** Its own, or one that is the same at each reading. */
function idsIn(nodes: readonly JsonNode[], letter: string, schema: Schema<string>, errors: Finds): string[] {
  const seen = new Set<string>();
  return nodes.map((node, at) => {
    const own = (node.value as JsonFields).get('id');
    const made = createHash('sha256').update(`${letter} ${at}`).digest('hex').slice(0, 12);
    const id = own === undefined ? `${letter}${made}` : own.value;
    if (typeof id !== 'string' || !v.is(schema, id)) errors.refuse('field-value', own!.at, 'id');
    else if (seen.has(id)) errors.refuse('twice', own?.at ?? node.at, 'id');
    else seen.add(id);
    return String(id);
  });
}

/** What of a value is wrong, each where it stands; undefined then. */
function parsed<T>(schema: Schema<T>, value: unknown, node: JsonNode, errors: Finds): T | undefined {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  for (const { path } of result.issues) {
    const keys = (path ?? []).map(({ key }) => String(key));
    errors.refuse('field-value', placeOf(node, keys), keys.join('.'));
  }
  return undefined;
}

/** The innermost of what is there. */
function placeOf(node: JsonNode, [key, ...rest]: readonly string[]): number {
  const { at, value } = node;
  if (key === undefined) return at;
  const inside =
    value instanceof Map ? value.get(key) : Array.isArray(value) ? value[Number(key)] : undefined;
  return inside === undefined ? at : placeOf(inside, rest);
}

function endpointsIn(file: JsonFields, errors: Finds): Endpoint[] {
  const nodes = itemsIn(file, 'endpoints', mostEndpoints, errors);
  const ids = idsIn(nodes, 'e', s.endpointId, errors);
  return nodes.flatMap((node, at) => {
    const known = bare(knownIn(node, endpointShapes[roleOf(node)]) as JsonObject);
    const schema = settingsOf(known['role']);
    const settings = parsed(schema, completed(schema, known), node, errors);
    if (settings === undefined) return [];
    for (const { field, code } of checkSettings(settings))
      errors.refuse('settings', placeOf(node, field.split('.')), field, code);
    const framing = unreadableIn(settings.framing);
    if (framing !== null)
      errors.refuse('field-value', placeOf(node, ['framing', framing]), `framing.${framing}`);
    return [{ id: ids[at]!, settings }];
  });
}

const messageDefaults = { name: '', note: '', folder: '', key: null, target: null };

function messagesIn(file: JsonFields, errors: Finds): FileMessage[] {
  const nodes = itemsIn(file, 'messages', mostMessages, errors);
  const ids = idsIn(nodes, 'm', m.messageId, errors);
  const keys = new Set<number>();
  let bytes = 0;
  return nodes.flatMap((node, at) => {
    const known = bare(knownIn(node, messageShape) as JsonObject);
    const written = isPlainObject(known['written'])
      ? { lineEnd: 'none', ...known['written'] }
      : known['written'];
    const fieldsOf = parsed(m.messageFields, { ...messageDefaults, ...known, written }, node, errors);
    if (fieldsOf === undefined) return [];
    const { key, name, note } = fieldsOf;
    if (key !== null && keys.has(key)) errors.refuse('twice', placeOf(node, ['key']), 'key');
    if (key !== null) keys.add(key);
    bytes += textBytes(name) + textBytes(note) + textBytes(fieldsOf.written.text);
    if (bytes > mostMessagesBytes) errors.refuse('too-many-bytes', node.at);
    return [{ id: ids[at]!, ...fieldsOf }];
  });
}

function sequencesIn(file: JsonFields, errors: Finds): KeptSequence[] {
  const nodes = itemsIn(file, 'sequences', mostSequences, errors);
  const ids = idsIn(nodes, 's', q.sequenceId, errors);
  let bytes = 0;
  return nodes.flatMap((node, at) => {
    const known = bare(knownIn(node, sequenceShape) as JsonObject);
    const sequence = parsed(q.savedSequence, { name: '', values: [], ...known }, node, errors);
    if (sequence === undefined) return [];
    bytes += textBytes(JSON.stringify(sequence));
    if (bytes > mostSequencesBytes) errors.refuse('too-many-bytes', node.at);
    return [{ id: ids[at]!, sequence }];
  });
}

/** How a later version's window looks is no reason not to open what it holds. */
function layoutIn(file: JsonFields, isLater: boolean, errors: Finds): Layout | null {
  const node = file.get('layout');
  if (node === undefined) return null;
  const known = knownIn(node, layoutShape);
  const value = isPlainObject(known) ? { ...emptyLayout, ...known } : known;
  if (isLater && !v.is(s.layout, value)) return null;
  return parsed(s.layout, value, node, errors) ?? null;
}
