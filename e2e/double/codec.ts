/**
 * Values as text between main and page, as structured clone carries them. What it carries and this cannot is refused,
 * never changed.
 */
type Tagged =
  | { $: 'undefined' }
  | { $: 'number' | 'bigint'; text: string }
  | { $: 'date'; ms: string }
  /** Of a view, its whole memory goes along, as with structured clone. */
  | { $: 'bytes'; base64: string; view: { at: number; length: number } | null }
  | { $: 'set'; values: unknown[] }
  | { $: 'map'; entries: [unknown, unknown][] }
  | { $: 'object'; entries: Record<string, unknown> };

export const encode = (value: unknown): string => JSON.stringify(pack(value));
export const decode = (text: string): unknown => unpack(JSON.parse(text));

function pack(value: unknown): unknown {
  if (value === undefined) return { $: 'undefined' } satisfies Tagged;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return { $: 'bigint', text: String(value) } satisfies Tagged;
  if (typeof value === 'number') return packNumber(value);
  if (typeof value !== 'object') throw cannotCarry(value);
  if (Array.isArray(value)) return value.map(pack);
  if (value instanceof Uint8Array) {
    const view = { at: value.byteOffset, length: value.length };
    return { $: 'bytes', base64: toBase64(new Uint8Array(value.buffer)), view } satisfies Tagged;
  }
  if (value instanceof ArrayBuffer)
    return { $: 'bytes', base64: toBase64(new Uint8Array(value)), view: null } satisfies Tagged;
  if (value instanceof Date) return { $: 'date', ms: String(value.getTime()) } satisfies Tagged;
  if (value instanceof Set) return { $: 'set', values: [...value].map(pack) } satisfies Tagged;
  if (value instanceof Map) {
    const entries = [...value].map(([key, inner]): [unknown, unknown] => [pack(key), pack(inner)]);
    return { $: 'map', entries } satisfies Tagged;
  }
  if (!isPlain(value)) throw cannotCarry(value);
  const entries = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
  return '$' in value ? ({ $: 'object', entries } satisfies Tagged) : entries;
}

function packNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { $: 'number', text: Object.is(value, -0) ? '-0' : String(value) } satisfies Tagged;
}

const cannotCarry = (value: unknown) => new TypeError(`The double cannot carry ${String(value)}`);

function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpack);
  if (!('$' in value)) return unpackEntries(value);
  const tagged = value as Tagged;
  switch (tagged.$) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(tagged.text);
    case 'bigint':
      return BigInt(tagged.text);
    case 'date':
      return new Date(Number(tagged.ms));
    case 'bytes':
      return unpackBytes(tagged);
    case 'set':
      return new Set(tagged.values.map(unpack));
    case 'map':
      return new Map(tagged.entries.map(([key, inner]) => [unpack(key), unpack(inner)]));
    case 'object':
      return unpackEntries(tagged.entries);
  }
}

const unpackEntries = (entries: object) =>
  Object.fromEntries(Object.entries(entries).map(([key, inner]) => [key, unpack(inner)]));

function unpackBytes({ base64, view }: Extract<Tagged, { $: 'bytes' }>): ArrayBuffer | Uint8Array {
  const memory = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
  return view ? new Uint8Array(memory, view.at, view.length) : memory;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Functions evaluated by a debugger belong to another realm, whose Object is not ours.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
