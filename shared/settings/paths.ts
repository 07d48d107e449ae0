/** Places in settings, such as `options.noDelay`. */
import type { Written } from '../payload/payload.ts';
import type { EndpointSettings } from './settings.ts';

type Leaf = string | number | boolean | readonly string[] | Written;

type PathIn<T> = T extends unknown
  ? {
      [Key in keyof T & string]: T[Key] extends Leaf
        ? Key
        : T[Key] extends readonly (infer Item)[]
          ? Key | `${Key}.${number}.${PathIn<Item>}`
          : `${Key}.${PathIn<T[Key]>}`;
    }[keyof T & string]
  : never;

/** A field's path in `EndpointSettings`. */
export type SettingsField = PathIn<EndpointSettings>;

/** One that is no part of a list's entry. */
export type OptionPath = Exclude<SettingsField, `${string}.${number}.${string}`>;

type Tree = { readonly [key: string]: unknown };

/** `path`: of a field that settings of their role have; undefined where there is none. */
export const valueAt = (settings: EndpointSettings, path: string): unknown =>
  path.split('.').reduce<unknown>((part, key) => (part as Tree)[key], settings);

export const withValue = (settings: EndpointSettings, path: OptionPath, value: unknown): EndpointSettings =>
  withIn(settings, path.split('.'), value) as EndpointSettings;

function withIn(part: Tree, [key, ...rest]: string[], value: unknown): Tree {
  return { ...part, [key!]: rest.length === 0 ? value : withIn(part[key!] as Tree, rest, value) };
}
