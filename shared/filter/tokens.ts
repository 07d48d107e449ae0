/** Choices of a filter that stand by themselves (`kind:data,opened`, `dir:sent`, `-peer:plc-7`), apart from its other text. */
import { filterForm, readFilter } from './filter.ts';
import type { FilterTerm, FilterTree } from './language.ts';

export const tokenKeys = ['dir', 'kind', 'frame', 'peer', 'conn', 'is', 'tag'] as const;
export type TokenKey = (typeof tokenKeys)[number];

/** One of `values` is enough; `isNegated`: none of them. Values without their quotes. */
export type FilterToken = {
  readonly key: TokenKey;
  readonly values: readonly string[];
  readonly isNegated: boolean;
};

/** As it is written in a filter. */
export const tokenText = ({ key, values, isNegated }: FilterToken): string =>
  `${isNegated ? '-' : ''}${key}:${values.map(writtenValue).join(',')}`;

/** Quoted where the language would read something else. */
export function writtenValue(value: string): string {
  if (/^[^\s"(),/<>][^\s"(),]*$/u.test(value)) return value;
  return `"${value.replace(/["\\]/gu, '\\$&')}"`;
}

/** The whole filter. `rest` is read as it would be alone. */
export function filterText(tokens: readonly FilterToken[], rest: string): string {
  if (tokens.length === 0) return rest;
  return [...tokens.map(tokenText), together(rest.trim())].filter(Boolean).join(' ');
}

/** `filter`, which can be read, and `term` too. What is there already is not said twice. */
export function withTerm(filter: string, term: string): string {
  const before = filter.trim();
  if (before === '') return term;
  if (before === term || before.endsWith(` ${term}`)) return before;
  return `${together(before)} ${term}`;
}

const allTabs = /(^|[\s(])tab[:：]\*(?=$|[\s)])/iu;

/** The rest of a filter that asks for all tabs; null for one that does not. */
export const asksAllTabs = (text: string): string | null =>
  allTabs.test(text) ? text.replace(allTabs, '$1').trim() : null;

/** Beside other terms what is joined by OR stands in brackets. */
function together(filter: string): string {
  const parsed = filterForm(filter);
  return parsed.ok && parsed.tree?.type === 'or' ? `(${filter})` : filter;
}

/**
 * Takes the tokens out of a text that can be read: those that stand beside the rest, end before its end (who writes on
 * may add to the last one), and are no expressions. Linear in the length.
 */
export function takeTokens(text: string): { tokens: FilterToken[]; rest: string } {
  const nothing = { tokens: [], rest: text };
  const parsed = filterForm(text);
  if (!parsed.ok || parsed.tree === null || !readFilter(text).ok) return nothing;
  const found = partsOf(parsed.tree).flatMap((part) => tokenIn(text, part) ?? []);
  if (found.length === 0) return nothing;
  let rest = '';
  let at = 0;
  for (const { start, end } of found) {
    rest += text.slice(at, start);
    at = end;
  }
  // The blank behind a token went with it.
  return { tokens: found.map(({ token }) => token), rest: (rest + text.slice(at)).trimStart() };
}

const partsOf = (tree: FilterTree): readonly FilterTree[] => (tree.type === 'and' ? tree.parts : [tree]);

type Found = { token: FilterToken; start: number; end: number };

function tokenIn(text: string, part: FilterTree): Found | null {
  const isNegated = part.type === 'not';
  const term = isNegated ? part.part : part;
  if (term.type !== 'term' || !isToken(term) || !/\s/u.test(text[term.end] ?? '')) return null;
  const start = isNegated ? term.start - 1 : term.start;
  // NOT in letters, AND, and brackets stay with what they belong to.
  if (isNegated && text[start] !== '-') return null;
  if (/\(\s*$/u.test(text.slice(0, start))) return null;
  if (/(?:^|\s)(?:AND|NOT)\s+-?$/u.test(text.slice(0, start)) || /^\s+AND\s/u.test(text.slice(term.end)))
    return null;
  const values = term.values.map((value) => value.text);
  return { token: { key: term.key as TokenKey, values, isNegated }, start, end: term.end + 1 };
}

const isToken = ({ key, comparison, values }: FilterTerm): boolean =>
  (tokenKeys as readonly string[]).includes(key) &&
  comparison === ':' &&
  values.every(({ flags }) => flags === null);

/** Whether one of the tokens asks for this, perhaps among others. */
export const hasValue = (tokens: readonly FilterToken[], key: TokenKey, value: string): boolean =>
  tokens.some((token) => token.key === key && !token.isNegated && token.values.includes(value));

/** With one more value, or without it where it was there. Values of a key stand in one token. */
export function toggleValue(tokens: readonly FilterToken[], key: TokenKey, value: string): FilterToken[] {
  if (hasValue(tokens, key, value))
    return tokens.flatMap((token) => {
      if (token.key !== key || token.isNegated) return [token];
      const values = token.values.filter((each) => each !== value);
      return values.length === 0 ? [] : [{ ...token, values }];
    });
  const place = tokens.findIndex((token) => token.key === key && !token.isNegated);
  if (place < 0) return [...tokens, { key, values: [value], isNegated: false }];
  return tokens.map((token, index) =>
    index === place ? { ...token, values: [...token.values, value] } : token,
  );
}
