/** The first of `wanted` (`de-AT`) that there is, as itself or as another kind of the same language; else English. */
export const nearestLanguage = (wanted: readonly string[], ids: readonly string[]): string =>
  wanted.map((id) => known(id, ids)).find((found) => found !== undefined) ?? 'en';

const known = (wanted: string, ids: readonly string[]): string | undefined =>
  ids.find((id) => id === wanted) ?? ids.find((id) => primary(id) === primary(wanted));

const primary = (id: string): string => id.split('-')[0]!.toLowerCase();
