/** What can be chosen in the log's filter line: in its menu, and in its list while it is written. */
import { formatAddress } from '../../shared/address.ts';
import { filterOperators } from '../../shared/filter/operators.ts';
import { hasValue, writtenValue, type TokenKey } from '../../shared/filter/tokens.ts';
import { textNamerOf } from '../../shared/peer-names.ts';
import { isPayload, recordKinds } from '../../shared/records.ts';
import { texts } from '../../shared/texts/index.ts';
import type { MenuItem } from '../components/menu-item.ts';
import type { KeptFilter } from '../../shared/filter/kept.ts';
import { knownTags } from './annotations.svelte.ts';
import { decodedFields } from './decoded-fields.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogState } from './log.svelte.ts';

const directions = ['sent', 'received', 'event', 'failure'] as const;
/** What was sent or received is one kind here: its direction tells it apart. */
const kinds = ['data', ...recordKinds.filter((kind) => !isPayload(kind))] as const;
/** More are found by typing. */
const mostPeers = 12;
const mostSuggestions = 20;

/** Those that the page knows of: who has a name, and who stands in the list of peers; by the name where there is one. */
function peersOf(endpoint: EndpointState): string[] {
  const { settings } = endpoint;
  const nameOf = textNamerOf(settings);
  const listed = endpoint.peers.rows.flatMap(({ remote }) => {
    const address = remote ? formatAddress(remote) : '';
    return nameOf(address) || address || [];
  });
  const named = settings.role === 'listener' ? settings.peerNames.map(({ name }) => name) : [];
  return [...new Set([...listed, ...named])];
}

/** One press for each direction, kind, peer and tag. */
export function filterItems(app: AppState, endpoint: EndpointState, log: LogState): MenuItem[] {
  const words = texts.log;
  const item = (key: TokenKey, value: string, label: string, heading?: string): MenuItem => ({
    label,
    checked: hasValue(log.tokens, key, value),
    ...(heading === undefined ? {} : { heading }),
    run: () => log.toggleToken(key, value),
  });
  const headed = (index: number, heading: string) => (index === 0 ? heading : undefined);
  const { choices } = words;
  const kept = app.layout.filters.map(({ name, text }, at) => ({
    ...{ label: name, detail: text, run: () => log.showOnly(text) },
    ...(at === 0 ? { heading: texts.keptFilters.inMenu } : {}),
  }));
  return [
    ...kept,
    ...directions.map((value, at) =>
      item('dir', value, choices.dir[value], headed(at, words.columns.direction)),
    ),
    ...kinds.map((value, at) => item('kind', value, choices.kind[value], headed(at, words.kind))),
    ...(log.reading === 'frames' ? (['whole', 'marked', 'rest'] as const) : []).map((value, at) =>
      item('frame', value, choices.frame[value], headed(at, words.readings.frames.label)),
    ),
    ...peersOf(endpoint)
      .slice(0, mostPeers)
      .map((value, at) => item('peer', value, words.choicePeer(value), headed(at, words.columns.peer))),
    item('is', 'marked', texts.annotations.marked, texts.annotations.said),
    ...knownTags(endpoint)
      .slice(0, mostPeers)
      .map((value) => item('tag', value, `#${value}`)),
    { label: texts.actions['edit-filters'], begins: true, run: () => app.run('edit-filters') },
  ];
}

/** `insert`: what stands there instead; `help`: what it means. `goesOn`: more is to be written behind it. */
export type Suggestion = { readonly insert: string; readonly help: string; readonly goesOn?: boolean };
/**
 * Between `from` and `to`. `isChosen`: the first one is what is being written. Else each is offered beside what stands
 * there as it is: a key, or bytes for what looks like some.
 */
export type Suggestions = { from: number; to: number; all: readonly Suggestion[]; isChosen: boolean };

/** What can stand at the caret; null where that is nothing in particular, and where it is there already. */
export const suggestAt = (
  app: AppState,
  endpoint: EndpointState,
  text: string,
  caret: number,
): Suggestions | null =>
  fieldsAt(endpoint, text.slice(0, caret)) ??
  valuesAt(endpoint, text.slice(0, caret)) ??
  bytesAt(text.slice(0, caret)) ??
  wordsAt(app.layout.filters, text, caret);

function valuesAt(endpoint: EndpointState, text: string): Suggestions | null {
  const match = /(?:^|[\s(])-?([a-z]+)[:：]([^\s"()]*,)?([^\s"(),/]*)$/iu.exec(text);
  if (match === null) return null;
  const [, key, before = '', begun] = match as unknown as [string, string, string | undefined, string];
  const given = before.split(',');
  const start = begun.toLowerCase();
  const isPeer = key.toLowerCase() === 'peer';
  const isTag = key.toLowerCase() === 'tag';
  const all = isPeer ? peersOf(endpoint) : isTag ? knownTags(endpoint) : choicesOf(key.toLowerCase());
  const fits = (value: string): boolean => {
    const folded = value.toLowerCase();
    return isPeer ? folded.includes(start) : folded.startsWith(start);
  };
  const values = all.filter((value) => fits(value) && !given.includes(value)).slice(0, mostSuggestions);
  if (values.length === 0 || values.includes(begun)) return null;
  return {
    ...{ from: text.length - begun.length, to: text.length, isChosen: true },
    all: values.map((value) => ({ insert: value, help: '' })),
  };
}

/** Fields of what was decoded here lately. */
function fieldsAt(endpoint: EndpointState, text: string): Suggestions | null {
  const match = /(?:^|[\s(])-?decoded[:：](?:"([^"=<>~]*)|([^\s"(),/=<>~]*))$/iu.exec(text);
  if (match === null) return null;
  const begun = match[1] ?? match[2]!;
  const from = text.length - begun.length - (match[1] === undefined ? 0 : 1);
  const fields = decodedFields(endpoint)
    .filter((name) => name.toLowerCase().startsWith(begun.toLowerCase()))
    .slice(0, mostSuggestions);
  if (fields.length === 0) return null;
  const all = fields.map((name) => {
    const isWord = writtenValue(name) === name;
    // The value that follows stands in the same quotes.
    return { insert: `${isWord ? name : writtenValue(name).slice(0, -1)}=`, help: '', goesOn: true } as const;
  });
  return { from, to: text.length, isChosen: true, all };
}

const choicesOf = (key: string): readonly string[] =>
  key === 'kind' ? kinds : (filterOperators.find((operator) => operator.key === key)?.choices ?? []);

/** What rows and other programs print: `01 83`, `0x01 0x83`, `\x01\x83`. */
const printedBytes =
  /(?:^|[\s(])((?:[\da-f]{2}\s+)+[\da-f]{2}|(?:0x[\da-f]{2}[\s,]*)*0x[\da-f]{2}|(?:\\x[\da-f]{2})+)$/iu;

function bytesAt(text: string): Suggestions | null {
  const written = printedBytes.exec(text)?.[1];
  if (written === undefined) return null;
  const from = text.length - written.length;
  // Pairs behind `hex:` are its own.
  if (/hex[:：][\s\da-f?]*$/iu.test(text.slice(0, from))) return null;
  const pairs = written.match(/[\da-f]{2}(?![\da-f]*x)/giu)!;
  return {
    ...{ from, to: text.length, isChosen: false },
    all: [{ insert: `hex:${pairs.join(' ').toUpperCase()}`, help: texts.log.asBytes }],
  };
}

/** Keys and saved filters that go on as a word that was begun; of no word, all. */
function wordsAt(filters: readonly KeptFilter[], text: string, caret: number): Suggestions | null {
  const match = /(?:^|[\s(])-?([\p{L}\d]*)$/iu.exec(text.slice(0, caret));
  if (match === null || (match[1] === '' && text.trim() !== '') || /^\w/u.test(text.slice(caret)))
    return null;
  const start = match[1]!.toLowerCase();
  const keys = filterOperators
    .filter(({ key }) => key !== '' && key.startsWith(start))
    .map(({ key }) => ({ insert: `${key}:`, help: texts.filter.keys[key]?.meaning ?? '' }));
  const kept = filters
    .filter(({ name }) => name.toLowerCase().startsWith(start))
    .map(({ name, text: insert }) => ({ insert, help: texts.keptFilters.savedAs(name) }));
  const all = [...kept, ...keys].slice(0, mostSuggestions);
  return all.length === 0 ? null : { from: caret - start.length, to: caret, all, isChosen: false };
}

/** The text with that in place of what was begun, and a blank behind it, unless it goes on: it stands by itself. */
export function withSuggestion(
  text: string,
  { from, to, isChosen }: Suggestions,
  { insert, goesOn = insert.endsWith(':') }: Suggestion,
): { text: string; caret: number } {
  const before = text.slice(0, from) + (goesOn ? insert : `${isChosen ? writtenValue(insert) : insert} `);
  return { text: before + (goesOn ? text.slice(to) : text.slice(to).trimStart()), caret: before.length };
}
