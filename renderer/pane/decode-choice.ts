/** As what the bytes of an endpoint are read: remembered for each. */
import {
  usualDecodeChoice,
  decodeAs,
  type DecodeAs,
  type DecodeChoice,
} from '../../shared/decoding/choice.ts';
import { texts } from '../../shared/texts/index.ts';
import type { MenuItem } from '../components/menu-item.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

export const decodeChoiceOf = (app: AppState, { id }: EndpointState): DecodeChoice =>
  app.layout.decoders[id] ?? usualDecodeChoice;

export function chooseDecoder(app: AppState, endpoint: EndpointState, change: Partial<DecodeChoice>): void {
  const chosen = { ...decodeChoiceOf(app, endpoint), ...change };
  app.changeLayout({ decoders: { ...app.layout.decoders, [endpoint.id]: chosen } });
}

export const decodeAsWords = (as: DecodeAs): string => {
  const { automatic, none, names } = texts.decoding;
  return as === 'automatic' ? automatic : as === 'none' ? none : names[as];
};

export const decodeItems = (app: AppState, endpoint: EndpointState): MenuItem[] =>
  decodeAs.map((as) => ({ label: decodeAsWords(as), run: () => chooseDecoder(app, endpoint, { as }) }));
