/** Socketscope's own JSON: messages and endpoints as they are kept, to be read by this version and later ones. */
import * as v from 'valibot';
import { highestPort } from '../address.ts';
import { encodingIds } from '../encodings/encodings.ts';
import { lineEndBytes, notations, type LineEnd, type WrittenMessage } from '../payload/payload.ts';
import { noWrap, wrapChoices, wrapKeys, type Wrap } from '../payload/wrap.ts';
import { messageKeys, mostNameCharacters, mostNoteCharacters, mostRepeatMs } from '../saved-messages.ts';
import { isPlainObject, type Schema } from '../schema.ts';
import { completed, factsOf } from '../settings/field.ts';
import { settingsOf, type EndpointSettings } from '../settings/settings.ts';
import { transportNames } from '../settings/transports.ts';
import {
  type Finds,
  noFacts,
  Unreadable,
  type BroughtMessage,
  type BroughtTarget,
  type Json,
  type JsonObject,
} from './brought.ts';
import { parseJson, plainJson, type JsonFields, type JsonNode } from './json-tree.ts';

/** Workspace files are of it, too: they hold more, and each item has an id. */
export const ownFormat = { name: 'socketscope', version: 1 };

export const looksLikeOwn = (text: string): boolean =>
  /^\ufeff?\s*\{/.test(text) && /"format"\s*:\s*"socketscope"/.test(text.slice(0, 4096));

/** Without what is as usual. */
export function ownJson(messages: readonly BroughtMessage[], endpoints: readonly EndpointSettings[]): string {
  const file = {
    format: ownFormat.name,
    version: ownFormat.version,
    messages: messages.map(messageJson),
    endpoints,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const usual: Record<string, unknown> = { ...noFacts(), name: '' };

function messageJson({ extra, ...fields }: BroughtMessage): JsonObject {
  const kept = Object.entries(fields).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
  return { ...(Object.fromEntries(kept) as JsonObject), ...extra };
}

/** Throws `Unreadable`. A later version's file is read as far as this one knows it. */
export function readOwn(text: string, finds: Finds): void {
  const tree = parseJson(text);
  const file = fieldsOf(tree);
  if (file === null) throw new Unreadable('json-not-object', tree.at);
  const [format, number] = [file.get('format'), file.get('version')];
  const found = number?.value;
  if (format?.value !== ownFormat.name || typeof found !== 'number' || !(found >= 1))
    throw new Unreadable('own-version', (format?.value === ownFormat.name ? number : format)?.at ?? tree.at);
  const isLater = found > ownFormat.version;
  if (isLater) finds.refuse('own-version', number!.at, String(found));
  for (const [name, { at }] of file) {
    if (name === 'sequences') finds.refuse('sequences-elsewhere', at, name);
    else if (!['format', 'version', 'messages', 'endpoints', 'layout'].includes(name))
      finds.refuse('field-unknown', at, name);
  }
  for (const node of itemsOf(file, 'messages', finds)) {
    if (finds.isFull) {
      finds.refuse('too-many', node.at);
      break;
    }
    takeMessage(node, isLater, finds);
  }
  for (const node of itemsOf(file, 'endpoints', finds)) takeEndpoint(node, finds);
}

const fieldsOf = ({ value }: JsonNode): JsonFields | null => (value instanceof Map ? value : null);

function itemsOf(fields: JsonFields, name: string, finds: Finds): JsonNode[] {
  const node = fields.get(name);
  if (node === undefined) return [];
  if (Array.isArray(node.value)) return node.value;
  finds.refuse('json-not-array', node.at, name);
  return [];
}

type Check<T> = (value: Json) => T | undefined;
const textUpTo =
  (most: number): Check<string> =>
  (value) =>
    typeof value === 'string' && value.length <= most ? value : undefined;
const oneOf =
  <const T extends string | number | null>(choices: readonly T[]): Check<T> =>
  (value) =>
    (choices as readonly Json[]).includes(value) ? (value as T) : undefined;
const object: Check<JsonObject> = (value) => (isPlainObject(value) ? (value as JsonObject) : undefined);

/** What each field may be; undefined where it is something else. */
const checks: { [K in Exclude<keyof BroughtMessage, 'extra'>]: Check<BroughtMessage[K]> } = {
  name: textUpTo(1000),
  note: textUpTo(mostNoteCharacters),
  folder: textUpTo(mostNameCharacters),
  key: oneOf([...messageKeys, null]),
  written: writtenIn,
  target: (value) => (value === null || value === 'all' ? value : targetIn(value)),
  repeatMs: (value) =>
    value === null || (typeof value === 'number' && value >= 1 && value <= mostRepeatMs) ? value : undefined,
  packetSender: object,
};

function targetIn(value: Json): BroughtTarget | undefined {
  const { transport = null, host, port, ...others } = object(value) ?? {};
  const which = oneOf([...transportNames, null])(transport);
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= highestPort;
  const name = textUpTo(4096)(host ?? null);
  if (which === undefined || name === undefined || !isPort || Object.keys(others).length > 0)
    return undefined;
  return { transport: which, host: name, port };
}

function writtenIn(value: Json): WrittenMessage | undefined {
  const { mode, text, lineEnd = 'none', encoding, wrap, ...others } = object(value) ?? {};
  const notation = oneOf(notations)(mode ?? null);
  const end = oneOf(Object.keys(lineEndBytes) as LineEnd[])(lineEnd);
  if (notation === undefined || typeof text !== 'string' || end === undefined) return undefined;
  const code = encoding === undefined ? null : oneOf(encodingIds)(encoding);
  const around = wrap === undefined ? null : wrapIn(wrap);
  if (code === undefined || around === undefined || Object.keys(others).length > 0) return undefined;
  return {
    ...{ mode: notation, text, lineEnd: end },
    ...(code === null ? {} : { encoding: code }),
    ...(around === null ? {} : { wrap: around }),
  };
}

function wrapIn(value: Json): Wrap | undefined {
  const fields = object(value);
  const isWrap =
    fields !== undefined &&
    Object.keys(fields).every((key) => (wrapKeys as string[]).includes(key)) &&
    wrapKeys.every((key) => {
      const [choices, own]: [string | readonly string[], Json | undefined] = [wrapChoices[key], fields[key]];
      return own === undefined || (typeof own === 'string' && (choices === '' || choices.includes(own)));
    });
  return isWrap ? ({ ...noWrap, ...fields } as Wrap) : undefined;
}

function takeMessage(node: JsonNode, isLater: boolean, finds: Finds): void {
  const fields = fieldsOf(node);
  if (fields === null) return finds.refuse('json-not-object', node.at);
  const found: Record<string, unknown> = { name: '', extra: {} };
  const extra: JsonObject = {};
  for (const [name, field] of fields) {
    if (name === 'id') continue;
    if (!Object.hasOwn(checks, name)) {
      Object.defineProperty(extra, name, { value: plainJson(field), enumerable: true });
      if (!isLater) finds.refuse('field-unknown', field.at, name);
      continue;
    }
    const checked = checks[name as keyof typeof checks](plainJson(field));
    if (checked === undefined) finds.refuse('field-value', field.at, name);
    else found[name] = checked;
  }
  if (found['written'] === undefined)
    return fields.has('written') ? undefined : finds.refuse('message-empty', node.at);
  finds.message({ ...(found as Pick<BroughtMessage, 'name' | 'written'>), extra }, node.at);
}

function takeEndpoint(node: JsonNode, finds: Finds): void {
  const fields = fieldsOf(node);
  if (fields === null) return finds.refuse('json-not-object', node.at);
  const schema = settingsOf(fields.get('role')?.value);
  const parsed = v.safeParse(schema, completed(schema, knownOf(schema, node, '', finds)));
  if (parsed.success) return void finds.endpoint(parsed.output, node.at, '');
  finds.refuse('field-value', node.at, v.getDotPath(parsed.issues[0]) ?? '');
}

/** Without fields that there are not, each of which is told. */
function knownOf(schema: Schema<unknown>, node: JsonNode, path: string, finds: Finds): Json {
  const { entries, item } = factsOf(schema);
  const { value } = node;
  if (item && Array.isArray(value)) return value.map((each) => knownOf(item, each, path, finds));
  if (!entries || !(value instanceof Map)) return plainJson(node);
  const known = [...value].flatMap(([name, field]): [string, Json][] => {
    if (path === '' && name === 'id') return [];
    const own = Object.hasOwn(entries, name) ? entries[name] : undefined;
    const full = path === '' ? name : `${path}.${name}`;
    if (own === undefined) finds.refuse('field-unknown', field.at, full);
    return own === undefined ? [] : [[name, knownOf(own, field, full, finds)]];
  });
  return Object.fromEntries(known);
}
