/** Fields of a file that this version does not know: kept beside what it knows, and put back when that is written. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Json, JsonObject } from '../../../shared/importing/brought.ts';
import { plainJson, type JsonNode } from '../../../shared/importing/json-tree.ts';
import type { Schema } from '../../../shared/schema.ts';

/** Which fields are known; null: all that a value holds is. `of`: by what the value is. */
export type Shape =
  { fields: Readonly<Record<string, Shape>> } | { items: Shape } | { of: (node: JsonNode) => Shape } | null;

/** `items`: by `key`, which is what such an item is; where none is so any more, by its place in a list as long. */
export type Extra = {
  fields?: JsonObject;
  inside?: Record<string, Extra>;
  items?: { at: number; key: string; extra: Extra }[];
  length?: number;
};

export const extraSchema: Schema<Extra> = v.object({
  fields: v.exactOptional(v.custom<JsonObject>((value) => typeof value === 'object' && value !== null)),
  inside: v.exactOptional(
    v.record(
      v.string(),
      v.lazy(() => extraSchema),
    ),
  ),
  items: v.exactOptional(
    v.array(v.object({ at: v.number(), key: v.string(), extra: v.lazy(() => extraSchema) })),
  ),
  length: v.exactOptional(v.number()),
});

/** What `shape` does not know; null for nothing. `shown`: how what is known is written. Each is told. */
export function extraOf(
  node: JsonNode,
  shape: Shape,
  shown: Json,
  tell: (name: string, at: number) => void,
): Extra | null {
  const { value } = node;
  if (shape === null) return null;
  if ('of' in shape) return extraOf(node, shape.of(node), shown, tell);
  if ('items' in shape) {
    if (!Array.isArray(value) || !Array.isArray(shown)) return null;
    const items = value.flatMap((each, at) => {
      const item = shown[at] ?? null;
      const extra = extraOf(each, shape.items, item, tell);
      return extra === null ? [] : [{ at, key: keyOf(item), extra }];
    });
    return items.length === 0 ? null : { items, length: value.length };
  }
  if (!(value instanceof Map)) return null;
  const unknown: [string, Json][] = [];
  const inside: [string, Extra][] = [];
  for (const [name, field] of value) {
    if (!Object.hasOwn(shape.fields, name)) {
      tell(name, field.at);
      unknown.push([name, plainJson(field)]);
      continue;
    }
    const extra = extraOf(field, shape.fields[name]!, fieldOf(shown, name), tell);
    if (extra !== null) inside.push([name, extra]);
  }
  if (unknown.length + inside.length === 0) return null;
  return {
    ...(unknown.length > 0 && { fields: Object.fromEntries(unknown) }),
    ...(inside.length > 0 && { inside: Object.fromEntries(inside) }),
  };
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = (value: Json, name: string): Json =>
  isObject(value) && Object.hasOwn(value, name) ? value[name]! : null;

/** What has an id is that, wherever it stands; anything else is what it says. */
const isNamed = (key: string): boolean => key.startsWith('id ');
function keyOf(item: Json): string {
  const id = fieldOf(item, 'id');
  return typeof id === 'string'
    ? `id ${id}`
    : createHash('sha256').update(JSON.stringify(item)).digest('base64url');
}

/** The value with what was kept. What is known stays as it is; of what is gone nothing is put back. */
export function withExtra(value: Json, extra: Extra | null): Json {
  if (extra === null) return value;
  if (Array.isArray(value)) return withItems(value, extra);
  if (!isObject(value)) return value;
  const { fields = {}, inside = {} } = extra;
  const known = Object.entries(value).map(([name, each]): [string, Json] => [
    name,
    Object.hasOwn(inside, name) ? withExtra(each, inside[name]!) : each,
  ]);
  const unknown = Object.entries(fields).filter(([name]) => !Object.hasOwn(value, name));
  return Object.fromEntries([...known, ...unknown]);
}

function withItems(list: Json[], { items = [], length }: Extra): Json[] {
  const keys = list.map(keyOf);
  const places = new Map(keys.map((key, at) => [key, at]));
  const own = new Map<number, Extra>();
  const left = items.filter(({ at, key, extra }) => {
    const place = keys[at] === key ? at : places.get(key);
    if (place === undefined) return !isNamed(key);
    own.set(place, extra);
    return false;
  });
  for (const { at, extra } of left) if (list.length === length && !own.has(at)) own.set(at, extra);
  return list.map((each, at) => withExtra(each, own.get(at) ?? null));
}
