/** What a kind of framing consists of: its options, and the cutter that they make. */
import { nearest } from '../nearest.ts';
import { asTyped } from '../typed.ts';
import type { Framing } from './framer.ts';
import { count, type Option, type Options, type ValuesOf } from './options.ts';
import { FramingError, within } from './problem.ts';

/** The longest frame that anybody can ask for, and what is usual. */
export const mostFrameBytes = 64 * 1024 * 1024;
const usualMaxBytes = 1024 * 1024;

export type FramerKind = {
  readonly name: string;
  /** With its options, for help: `fixed:N`. */
  readonly notation: string;
  /** One that can be read, to begin with. */
  readonly example: string;
  /** `text`: what stands behind the name and its colon; null: nothing does. Throws a `FramingError`. */
  read(text: string | null): Framing;
};

type Layout = {
  /** The option whose value may stand without its name. */
  lead?: string;
  /** The lead comes last, and all that is left is its value, commas too. */
  isLeadLast?: boolean;
};
type Form<O extends Options> = Layout & {
  options?: O;
  lead?: keyof O & string;
  /** What stands behind the name in an example; needed where the name alone is none. */
  example?: string;
  /** What its longest frame usually is, which an option changes; or always is. Default: 1 MiB. */
  max?: number | { always: number };
};
type Made = Omit<Framing, 'spec' | 'max' | 'gapMs'> & { gapMs?: number };

/** `make` gets the values of all options, given or not. */
export function framer<const O extends Options>(
  name: string,
  form: Form<O>,
  make: (values: ValuesOf<O>) => Made,
): FramerKind {
  const { max = usualMaxBytes } = form;
  const own: Options = form.options ?? {};
  const limit: Options =
    typeof max === 'number' ? { max: { kind: count({ min: 1, max: mostFrameBytes }), initial: max } } : {};
  const options = { ...own, ...limit };
  return {
    name,
    notation: notationOf(name, options, form),
    example: form.example === undefined ? name : `${name}:${form.example}`,
    read: (text) => {
      const values = valuesOf(options, form, text);
      const bound = typeof max === 'number' ? (values.max as number) : max.always;
      const spec = written(name, options, form, values);
      return { max: bound, gapMs: null, ...make(values as ValuesOf<O>), spec };
    },
  };
}

type Item = { name: string; text: string; start: number };
type Values = Readonly<Record<string, unknown>>;

function valuesOf(options: Options, form: Layout, text: string | null): Values {
  const given = new Map<string, unknown>();
  for (const { name, text: value, start } of itemsOf(options, form, text ?? '')) {
    const { kind, repeats = false } = options[name]!;
    const before = given.get(name);
    if (before !== undefined && !repeats)
      throw new FramingError('frame-option-twice', start, start + value.length);
    const read = within(start, () => kind.read(value));
    given.set(name, before === undefined ? read : [...(before as unknown[]), ...(read as unknown[])]);
  }
  const end = text?.length ?? 0;
  for (const [name, option] of Object.entries(options)) {
    if (given.has(name)) continue;
    if (!('initial' in option)) throw new FramingError('frame-value-missing', end, end, { choices: [name] });
    given.set(name, option.initial);
  }
  return Object.fromEntries(given);
}

function itemsOf(options: Options, { lead, isLeadLast = false }: Layout, text: string): Item[] {
  const items: Item[] = [];
  for (let start = 0; start < text.length;) {
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    const part = text.slice(start, end);
    const named = namedItem(options, part, start);
    // Where the lead comes last, what looks like an option for the second time is the lead.
    const isLead = isLeadLast && (comma < 0 || items.some(({ name }) => name === named?.name));
    const isNamed = named !== null && !isLead;
    if (isNamed) items.push(named);
    else if (isLeadLast) return [...items, { name: lead!, text: text.slice(start), start }];
    else if (lead !== undefined && items.length === 0 && !keyed.test(part))
      items.push({ name: lead, text: part, start });
    else throw unknownOption(options, part, start);
    start = end + 1;
  }
  return items;
}

const keyed = /^\s*([\p{L}-]+)\s*[=＝]([^]*)$/u;

function namedItem(options: Options, part: string, start: number): Item | null {
  const [, key = '', text = ''] = keyed.exec(part) ?? [];
  const name = asTyped(key).toLowerCase();
  return Object.hasOwn(options, name) ? { name, text, start: start + part.length - text.length } : null;
}

function unknownOption(options: Options, part: string, start: number): FramingError {
  const names = Object.keys(options);
  const end = start + part.length;
  if (names.length === 0) return new FramingError('frame-option-none', start, end);
  const near = nearest(
    asTyped(keyed.exec(part)?.[1] ?? part)
      .trim()
      .toLowerCase(),
    names,
  );
  return new FramingError('frame-option-unknown', start, end, { choices: near === null ? names : [near] });
}

/** What is as usual is left out. */
function written(name: string, options: Options, { lead, isLeadLast }: Layout, values: Values): string {
  const items = Object.entries(options).flatMap(([key, option]) => {
    const each = writtenValues(option, values[key]);
    if (key !== lead) return each.map((value) => `${key}=${value}`);
    return each.map((value, at) =>
      at > 0 || (!isLeadLast && keyed.test(value)) ? `${key}=${value}` : value,
    );
  });
  if (!isLeadLast) return items.length === 0 ? name : `${name}:${items.join(',')}`;
  const [value, ...others] = items;
  // What looks like an option is one, but for the first of its name.
  const guard =
    others.length === 0 && keyed.test(value!) ? [`max=${options.max!.kind.write(values.max)}`] : others;
  return `${name}:${[...guard, value].join(',')}`;
}

function writtenValues({ kind, initial, repeats }: Option<unknown>, value: unknown): string[] {
  if (repeats) return (value as unknown[]).map((each) => kind.write([each]));
  const text = kind.write(value);
  return initial !== undefined && kind.write(initial) === text ? [] : [text];
}

function notationOf(name: string, options: Options, { lead, isLeadLast }: Layout): string {
  const shown = Object.entries(options).map(([key, { kind, initial, repeats = false }]) => ({
    text: `${key === lead ? '' : `${key}=`}${kind.hint}${repeats ? '…' : ''}`,
    isNeeded: initial === undefined || repeats,
  }));
  if (isLeadLast)
    return `${name}:${shown
      .slice(1)
      .map(({ text }) => `[${text},]`)
      .join('')}${shown[0]!.text}`;
  const [first, ...others] = shown;
  if (first === undefined) return name;
  const rest = others.map(({ text, isNeeded }) => (isNeeded ? `,${text}` : `[,${text}]`)).join('');
  return first.isNeeded ? `${name}:${first.text}${rest}` : `${name}[:${first.text}${rest}]`;
}
