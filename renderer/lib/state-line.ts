/** What the list of endpoints says below a name: where it is, and how it stands. */
import { explain, texts } from '../../shared/texts/index.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { addressOf } from '../../shared/texts/endpoint-name.ts';
import { choiceOf } from './reply-choice.ts';

type Shown = Pick<EndpointState, 'settings' | 'summary'>;

/** `now` is asked only where something is counted down. */
export function stateLineOf(shown: Shown, now: () => number): string {
  const { settings, summary } = shown;
  if (settings.importedFrom !== '') return texts.captureImport.listed(settings, summary);
  const status = summary?.status;
  if (status?.failure) return failureLine(shown, now);
  const place = placeOf(shown);
  if (settings.role === 'listener')
    return joined(place, ...(status?.role === 'listener' ? serverParts(shown, status.state) : []));
  const state = status?.role === 'client' ? status.state : 'idle';
  // Its default name is its address: that need not stand there twice.
  const { clientStates } = texts.sidebar;
  if (state === 'open') return settings.name ? `→ ${place}` : joined(place, clientStates.open);
  return joined(place, clientStates[state]);
}

function serverParts({ settings, summary }: Shown, state: keyof typeof texts.sidebar.states): string[] {
  if (state !== 'listening') return [texts.sidebar.states[state]];
  const open = summary?.openConnections ?? 0;
  const reply = settings.role === 'listener' ? choiceOf(settings.reply, settings.transport) : 'none';
  return [
    ...(open > 0 ? [texts.peers.count(open)] : []),
    ...(reply === 'none' ? [] : [texts.replies.kinds[reply]]),
  ];
}

/** The countdown is what changes, and so it comes before what may not fit. */
function failureLine(shown: Shown, now: () => number): string {
  const status = shown.summary!.status;
  const failure = status.failure!;
  const word = texts.window.failures[failure.code] ?? null;
  if (status.role === 'client' && status.retryAt !== null) {
    const again = texts.sidebar.again(Math.max(0, status.retryAt - now()));
    return word === null ? joined(again, explain(failure).what) : joined(word, again);
  }
  return word === null ? explain(failure).what : joined(placeOf(shown), word);
}

const here = new Set(['', '*', '0.0.0.0', '::', '127.0.0.1', '::1', 'localhost']);

/** A server's port alone, where it has no address in particular; TCP goes without saying. */
function placeOf(shown: Shown): string {
  const { settings, summary } = shown;
  const { transport, host } = summary?.running ?? settings;
  const address = addressOf(shown);
  const isPort = settings.role === 'listener' && !capabilitiesOf({ transport }).hasPath && here.has(host);
  const place = isPort ? address.slice(address.lastIndexOf(':')) : address;
  return texts.sidebar.placeOf(transport, place);
}

const joined = (...parts: string[]): string => parts.join(' · ');
