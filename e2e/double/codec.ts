/** Values as text between main and page. What Electron's ports clone and this cannot carry is refused, never changed. */
type Tagged =
  { $: 'undefined' } | { $: 'bytes'; base64: string } | { $: 'object'; entries: Record<string, unknown> };

export const encode = (value: unknown): string => JSON.stringify(pack(value));
export const decode = (text: string): unknown => unpack(JSON.parse(text));

function pack(value: unknown): unknown {
  if (value === undefined) return { $: 'undefined' } satisfies Tagged;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`The double cannot carry ${value}`);
    return value;
  }
  if (Array.isArray(value)) return value.map(pack);
  if (value instanceof Uint8Array) return { $: 'bytes', base64: toBase64(value) } satisfies Tagged;
  if (typeof value !== 'object' || !isPlain(value))
    throw new TypeError(`The double cannot carry ${String(value)}`);
  const entries = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
  return '$' in value ? ({ $: 'object', entries } satisfies Tagged) : entries;
}

function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpack);
  const tagged = value as Tagged;
  if (tagged.$ === 'undefined') return undefined;
  if (tagged.$ === 'bytes') return fromBase64(tagged.base64);
  const entries = tagged.$ === 'object' ? tagged.entries : value;
  return Object.fromEntries(Object.entries(entries).map(([key, inner]) => [key, unpack(inner)]));
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

const fromBase64 = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
