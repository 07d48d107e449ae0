/** What a comparison passes over: `bytes:0..1`, `field:sent`, `times`, `ids`. */

export type Ignore =
  /** Both ends are in it, in the bytes of either side. */
  | { kind: 'bytes'; first: number; last: number }
  | { kind: 'field'; path: string }
  | { kind: 'times' | 'ids' };
export const mostIgnored = 50;
/** Of one that is written down. */
export const mostIgnoreCharacters = 250;

const offset = String.raw`(\d{1,12}|0x[0-9a-f]{1,10})`;
const bytesForm = new RegExp(`^bytes:${offset}(?:(?:\\.\\.|-)${offset})?$`, 'i');

/** Null for what is none of these. */
export function readIgnore(text: string): Ignore | null {
  const typed = text.trim();
  if (typed === 'times' || typed === 'ids') return { kind: typed };
  const path = /^field:(.{1,200})$/is.exec(typed)?.[1]?.trim();
  if (path) return { kind: 'field', path };
  const [, first, last = first] = bytesForm.exec(typed) ?? [];
  if (first === undefined || Number(last) < Number(first)) return null;
  return { kind: 'bytes', first: Number(first), last: Number(last) };
}

export function formatIgnore(ignore: Ignore): string {
  if (ignore.kind === 'field') return `field:${ignore.path}`;
  if (ignore.kind !== 'bytes') return ignore.kind;
  return `bytes:${ignore.first}${ignore.last === ignore.first ? '' : `..${ignore.last}`}`;
}

const timeNames = /time|date|stamp|expire|created|updated|modified|(^|[^a-z])(ts|sent|age)($|[^a-z])/i;
const timeValues = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)|^[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:/;
const idNames =
  /(^|[^a-z])(id|identifier|uuid|guid|nonce|seq|sequence|transaction|etag|cookie|token)($|[^a-z])/i;
const camelId = /[a-z](Id|ID)$/;
const idValues = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `path`: its names from the top; `value`: as text. */
export function isFieldIgnored(ignored: readonly Ignore[], path: readonly string[], value: string): boolean {
  const name = path.at(-1) ?? '';
  const whole = `.${path.join('.')}.`.toLowerCase();
  return ignored.some((ignore) => {
    if (ignore.kind === 'field') return whole.includes(`.${ignore.path.toLowerCase()}.`);
    if (ignore.kind === 'times') return timeNames.test(name) || timeValues.test(value);
    return ignore.kind === 'ids' && (idNames.test(name) || camelId.test(name) || idValues.test(value));
  });
}
