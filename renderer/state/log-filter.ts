/** What can be chosen in the log's filter line: in its menu, and in its list while it is written. */
import { formatAddress } from '../../shared/address.ts';
import { frameChoices } from '../../shared/filter/operators.ts';
import { numberForms } from '../../shared/filter/numbers.ts';
import { hasValue, writtenValue, type TokenKey } from '../../shared/filter/tokens.ts';
import { textNamerOf } from '../../shared/peer-names.ts';
import { isPayload, recordKinds } from '../../shared/records.ts';
import { texts } from '../../shared/texts/index.ts';
import type { MenuItem } from '../components/menu-item.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogState } from './log.svelte.ts';

const directions = ['sent', 'received', 'event', 'failure'] as const;
/** What was sent or received is one kind here: its direction tells it apart. */
const kinds = ['data', ...recordKinds.filter((kind) => !isPayload(kind))] as const;
/** What keys take besides peers. */
const words: Readonly<Record<string, readonly string[]>> = {
  dir: directions,
  kind: kinds,
  frame: frameChoices,
  number: numberForms.map((form) => `${form}:`),
};
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

/** One press for each direction, kind and peer. */
export function filterItems(endpoint: EndpointState, log: LogState): MenuItem[] {
  const words = texts.log;
  const item = (key: TokenKey, value: string, label: string, heading?: string): MenuItem => ({
    label,
    checked: hasValue(log.tokens, key, value),
    ...(heading === undefined ? {} : { heading }),
    run: () => log.toggleToken(key, value),
  });
  const headed = (index: number, heading: string) => (index === 0 ? heading : undefined);
  const { choices } = words;
  return [
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
  ];
}

/** `from`: where the value begins that is being written, up to `to`. */
export type Suggestions = { from: number; to: number; values: readonly string[] };

/** What can stand at the caret; null where that is no value of these keys, and where it is there already. */
export function suggestAt(endpoint: EndpointState, text: string, caret: number): Suggestions | null {
  const match = /(?:^|[\s(])-?(dir|kind|frame|peer|number)[:：]([^\s"()]*,)?([^\s"(),/]*)$/iu.exec(
    text.slice(0, caret),
  );
  if (match === null) return null;
  const [, key, before = '', begun] = match as unknown as [string, string, string | undefined, string];
  const given = before.split(',');
  const start = begun.toLowerCase();
  const isPeer = key.toLowerCase() === 'peer';
  const all = isPeer ? peersOf(endpoint) : (words[key.toLowerCase()] ?? []);
  const fits = (value: string): boolean => {
    const folded = value.toLowerCase();
    return isPeer ? folded.includes(start) : folded.startsWith(start);
  };
  const values = all.filter((value) => fits(value) && !given.includes(value)).slice(0, mostSuggestions);
  if (values.length === 0 || values.includes(begun)) return null;
  return { from: caret - begun.length, to: caret, values };
}

/** The text with that value in place of what was begun, and a blank behind it, unless it goes on: it stands by itself. */
export function withSuggestion(
  text: string,
  { from, to }: Suggestions,
  value: string,
): { text: string; caret: number } {
  const before = text.slice(0, from) + (value.endsWith(':') ? value : `${writtenValue(value)} `);
  return { text: before + text.slice(to).trimStart(), caret: before.length };
}
