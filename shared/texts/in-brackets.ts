/** Makes a language out of another one: each text in brackets, so that words from elsewhere stand out. */

/** Whatever a function gives is in brackets too, with what was put in. */
export const inBrackets = <Part>(texts: Part): Part => wrap(texts) as Part;

function wrap(value: unknown): unknown {
  if (typeof value === 'string') return value && `⟦${value}⟧`;
  if (typeof value === 'function')
    return (...given: unknown[]) => wrap(Reflect.apply(value, undefined, given));
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, wrap(part)]));
}
