/** What settings consist of: schemas (valibot) that carry their default, bounds, check and place in the options. */
import * as v from 'valibot';
import { isPlainObject, listOf, plain, type Schema } from '../schema.ts';
import { found, numberProblems, type Bounds, type Found } from './field-problem.ts';
import type { Capabilities } from './transports.ts';

export type Role = 'listener' | 'client';

/** The groups of the options panel, in its order. */
export const panelNames = ['general', 'tls', 'udp', 'multicast', 'timeouts', 'tcp', 'proxy'] as const;
export type PanelName = (typeof panelNames)[number];

/** Where an option stands in the panel. Without one a field has a place of its own in the window. */
export type Option = {
  panel: PanelName;
  /** Endpoints that have it; left out: all. */
  of?: (role: Role, transport: Capabilities) => boolean;
  /** The option beside it without which it has no meaning, while that is off, 0 or 'none'. */
  needs?: string;
  /** 0 is left to the system, and shown as an empty field. */
  zeroIsSystems?: boolean;
  /** A host, without what people paste along; or a text that is not shown. */
  text?: 'host' | 'secret';
};

type FieldFacts<T> = {
  initial: T;
  bounds?: Bounds;
  isWhole?: boolean;
  choices?: readonly T[];
  check?: (value: T) => Found[];
  option?: Option | undefined;
};

type GroupFacts<T> = {
  /** False: what its fields hold does not count. */
  counts?: (value: T) => boolean;
  /** What fields say together; `at` names the one at fault. */
  check?: (value: T) => Found[];
};

/** A schema's facts, whatever it is of: the value is what the schema itself has let through. */
type Facts = Partial<FieldFacts<never>> &
  GroupFacts<never> & { entries?: Record<string, Schema<unknown>>; item?: Schema<unknown> };

export const factsOf = (schema: Schema<unknown>): Facts =>
  (v.getMetadata(schema) as { facts?: Facts }).facts ?? {};

const field = <T>(shape: Schema<T>, facts: FieldFacts<T>): Schema<T> => v.pipe(shape, v.metadata({ facts }));

export const toggle = (initial: boolean, option?: Option): Schema<boolean> =>
  field(v.boolean(), { initial, option });

export const number = (initial: number, bounds: Bounds, option?: Option, isWhole = true): Schema<number> =>
  field(v.number(), { initial, bounds, isWhole, option });

/** The first is the default. */
export const choice = <const T extends string>(
  choices: readonly T[],
  option?: Option,
  initial = choices[0]!,
) => field<T>(v.picklist(choices), { initial, choices, option });

const upTo = (longest: number) => v.pipe(v.string(), v.maxLength(longest));

/** `longest`: in UTF-16 units, what can arrive at all; a narrower bound is its check's. */
export const text = (
  longest: number,
  {
    initial = '',
    check,
    option,
  }: { initial?: string; check?: (value: string) => Found[]; option?: Option } = {},
): Schema<string> => field(upTo(longest), { initial, option, ...(check ? { check } : {}) });

/** Empty by default. */
export const list = <T>(
  item: Schema<T>,
  most: number,
  { check, option }: { check?: (value: T[]) => Found[]; option?: Option } = {},
): Schema<T[]> =>
  v.pipe(
    listOf(item, most),
    v.metadata({ facts: { initial: [], item, option, ...(check ? { check } : {}) } }),
  );

/** A field whose value has parts of its own, such as bytes as they are written. */
export const compound = <T>(shape: Schema<T>, initial: T, check: (value: T) => Found[]): Schema<T> =>
  field(plain(shape), { initial, check });

type OutputOf<E extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>;

export function group<E extends v.ObjectEntries>(
  entries: E,
  facts: GroupFacts<OutputOf<E>> = {},
): Schema<OutputOf<E>> {
  return v.pipe(plain(v.strictObject(entries)), v.metadata({ facts: { ...facts, entries } }));
}

/** The default of a field or of a whole group, made anew. */
export function initialOf<T>(schema: Schema<T>): T {
  const { entries, initial } = factsOf(schema);
  if (!entries) return (Array.isArray(initial) ? [] : initial) as T;
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, initialOf(entry)])) as T;
}

/** With the default of whatever is not there: settings that an earlier version has kept. */
export function completed(schema: Schema<unknown>, value: unknown): unknown {
  const { entries, item } = factsOf(schema);
  if (item && Array.isArray(value)) return value.map((each) => completed(item, each));
  if (!entries || !isPlainObject(value)) return value;
  const parts = Object.entries(entries).map(([name, entry]) => [
    name,
    Object.hasOwn(value, name) ? completed(entry, value[name]) : initialOf(entry),
  ]);
  return { ...value, ...Object.fromEntries(parts) };
}

/** The path of a field within the path of its group. */
const within = (group: string, name: string): string => (group && name ? `${group}.${name}` : group || name);

/** What is wrong with a value of the schema's shape; `field` is the path of what is at fault. */
export function problemsIn(
  schema: Schema<unknown>,
  value: unknown,
  path = '',
): (Found & { field: string })[] {
  const { entries, item, counts, bounds, isWhole, choices, check } = factsOf(schema);
  // The schema has seen that the value is one of its own.
  const own = value as never;
  if (counts && !counts(own)) return [];
  const here = [
    ...(bounds ? numberProblems(own, bounds, isWhole) : []),
    ...(choices && !choices.includes(own) ? [found('choice-unknown')] : []),
    ...(check ? check(own) : []),
  ].map(({ at = '', ...problem }) => ({ ...problem, field: within(path, at) }));
  const inside = Object.entries(entries ?? {}).flatMap(([name, entry]) =>
    problemsIn(entry, (value as Record<string, unknown>)[name], within(path, name)),
  );
  const ofItems = item
    ? (value as unknown[]).flatMap((each, index) => problemsIn(item, each, within(path, String(index))))
    : [];
  return [...inside, ...ofItems, ...here];
}

export type OptionField = { path: string; schema: Schema<unknown>; option: Option; needs: string | null };

/** The options of a schema with their paths, in the order in which they are written. */
export function optionsIn(schema: Schema<unknown>, path = ''): OptionField[] {
  const { entries = {}, option } = factsOf(schema);
  const inside = Object.entries(entries).flatMap(([name, entry]) => optionsIn(entry, within(path, name)));
  if (!option) return inside;
  const group = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return [{ path, schema, option, needs: option.needs === undefined ? null : within(group, option.needs) }];
}
