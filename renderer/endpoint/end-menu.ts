/** How a connection can be ended: one menu for whatever stands for it (a row, a peer, a tab). */
import type { EndKind } from '../../shared/domain.ts';
import { texts } from '../../shared/texts/index.ts';
import type { MenuItem } from '../components/menu-item.ts';
import { keysOf } from '../lib/action-tooltip.ts';
import { isOpen } from '../lib/endpoint-view.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

const kinds = ['finish', 'close', 'reset'] as const;
const actionOf = { finish: 'finish-sending', close: 'disconnect', reset: 'reset-connection' } as const;

/** A UDP peer has nothing that could end: it is only known, or forgotten. */
export function endItem(hasConnections: boolean, run: (how: EndKind) => void): MenuItem {
  const { forget, forgetHelp, ends } = texts.peers;
  if (!hasConnections) return { label: forget, help: forgetHelp, run: () => run('close') };
  return { label: ends, items: kinds.map((how) => ({ ...way(how), run: () => run(how) })) };
}

/** Of a client, whose keys act on the tab in front. */
export function clientEndItem(app: AppState, endpoint: EndpointState): MenuItem {
  const label = texts.actions.disconnect;
  if (!isOpen(endpoint.status) || !endpoint.capabilities.hasConnections)
    return { label, ...verb(app, endpoint, 'close') };
  return { label, items: clientWays(app, endpoint) };
}

export const clientWays = (app: AppState, endpoint: EndpointState): MenuItem[] =>
  kinds.map((how) => ({
    ...way(how),
    ...verb(app, endpoint, how),
    disabled: how === 'finish' && endpoint.status?.state === 'half-closed-by-us',
  }));

const verb = (app: AppState, endpoint: EndpointState, how: EndKind) => ({
  shortcut: endpoint === app.active ? keysOf(actionOf[how]) : null,
  run: () => void app.attempt(() => app.engine.disconnect(endpoint.id, how)),
});

const way = (how: EndKind) => ({ ...texts.client.ways[how], danger: how === 'reset' });
