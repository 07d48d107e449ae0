/** Makes a language out of another one: each text in brackets, so that words from elsewhere stand out. */
import type { Texts } from './en.ts';

/** Whatever a function gives is in brackets too, with what was put in. */
export const inBrackets = (texts: Texts): Texts => wrap(texts) as Texts;

function wrap(value: unknown): unknown {
  if (typeof value === 'string') return value && `⟦${value}⟧`;
  if (typeof value === 'function')
    return (...given: unknown[]) => wrap(Reflect.apply(value, undefined, given));
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, wrap(part)]));
}
