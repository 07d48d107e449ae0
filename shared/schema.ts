/** Schemas (valibot) of what comes from outside: a page, a file. */
import * as v from 'valibot';

export type Schema<T> = v.GenericSchema<unknown, T>;

/** Refused by its length before any entry is looked at: a message may hold a hundred thousand. */
export const listOf = <T>(item: Schema<T>, most: number): Schema<T[]> =>
  v.pipe(v.custom<unknown[]>(Array.isArray), v.maxLength(most), v.array(item));

/** True for objects that are nothing but their own data: no class, no Map, Date or array. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Refuses what is not a plain object before its entries are looked at. */
export const plain = <I, O>(schema: v.GenericSchema<I, O>): Schema<O> =>
  v.pipe(v.unknown(), v.custom<I>(isPlainObject), schema);
