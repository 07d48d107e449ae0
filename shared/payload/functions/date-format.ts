/** Times by the letters of Unicode's LDML (UTS #35, Date Field Symbols), which Qt, Java and C# share. */

const nanosecondsPerMs = 1_000_000n;
/** A run of one letter, what stands between quotes, or a quote (two of them). */
const fieldPattern = /''|'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+/gu;
const mostFormat = 1_000;

/** `now` in nanoseconds since 1970. Null for a letter that is none, and for a time that no calendar has. */
export function formatDate(now: bigint, format: string, isUtc: boolean): string | null {
  const date = new Date(Number(now / nanosecondsPerMs));
  if (Number.isNaN(date.getTime()) || format.length > mostFormat) return null;
  const parts = partsOf(date, now, isUtc);
  let out = '';
  let end = 0;
  for (const found of format.matchAll(fieldPattern)) {
    if (found.index !== end) return null;
    const [whole, quoted, letter] = found;
    end += whole.length;
    if (whole === "''") out += "'";
    else if (quoted !== undefined) out += quoted.replaceAll("''", "'");
    else if (letter === undefined) out += whole;
    else {
      const field = fields[letter]?.(parts, whole.length);
      if (field === undefined) return null;
      out += field;
    }
  }
  return end === format.length ? out : null;
}

type Parts = Record<'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second', number> & {
  nanosecond: number;
  /** Minutes east of Greenwich. */
  offset: number;
};

function partsOf(date: Date, now: bigint, isUtc: boolean): Parts {
  const offset = isUtc ? 0 : -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    nanosecond: Number(((now % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n),
    offset,
  };
}

const padded = (number: number, width: number): string => String(number).padStart(width, '0');
// English in every language: they go on the wire.
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** A name in full from four letters on, else its first three. */
const named = (name: string, width: number): string => (width >= 4 ? name : name.slice(0, 3));

function zoneOf(offset: number, hasColon: boolean): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${hasColon ? ':' : ''}${padded(size % 60, 2)}`;
}

const hourOf12 = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);

const fields: Readonly<Partial<Record<string, (parts: Parts, width: number) => string>>> = {
  y: ({ year }, width) => (width === 2 ? padded(year % 100, 2) : padded(year, width)),
  M: ({ month }, width) => (width >= 3 ? named(months[month - 1]!, width) : padded(month, width)),
  d: ({ day }, width) => padded(day, width),
  E: ({ weekday }, width) => named(days[weekday]!, width),
  H: ({ hour }, width) => padded(hour, width),
  h: ({ hour }, width) => padded(hourOf12(hour), width),
  m: ({ minute }, width) => padded(minute, width),
  s: ({ second }, width) => padded(second, width),
  S: ({ nanosecond }, width) => padded(nanosecond, 9).padEnd(width, '0').slice(0, width),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  X: ({ offset }, width) => (offset === 0 ? 'Z' : zoneOf(offset, width >= 3)),
  x: ({ offset }, width) => zoneOf(offset, width >= 3),
  Z: ({ offset }) => zoneOf(offset, false),
};
