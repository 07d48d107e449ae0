/** The life of one connection, as a table. Pure: sockets tell it what happened, it says what that means. */
import type { ConnectionState, EndKind, LayerName } from '../../../shared/domain.ts';

export type LifeEvent =
  /** Every layer is open. */
  | { type: 'opened' }
  /** Our FIN is sent, all queued bytes before it. */
  | { type: 'finished-by-us' }
  | { type: 'finished-by-peer' }
  | { type: 'closed'; by: 'us' | 'peer'; how: EndKind }
  | { type: 'failed'; code: string };

/** Why a life ended: exactly one of the two, and never changed afterwards. */
export type EndCause = { kind: 'closed'; by: 'us' | 'peer'; how: EndKind } | { kind: 'failed'; code: string };

/** 'laying': the socket is connected, and what stands between it and the peer is not open. */
export type LifeState = Exclude<ConnectionState, 'resolving' | 'connecting' | LayerName> | 'laying';
export type Life = { readonly state: LifeState; readonly cause: EndCause | null };

const transitions: Record<LifeState, Partial<Record<LifeEvent['type'], LifeState>>> = {
  // A FIN in the middle of a handshake is a failure, which the layer tells.
  laying: { opened: 'open', closed: 'closed', failed: 'failed' },
  open: {
    'finished-by-us': 'half-closed-by-us',
    'finished-by-peer': 'half-closed-by-peer',
    closed: 'closed',
    failed: 'failed',
  },
  'half-closed-by-us': { 'finished-by-peer': 'closed', closed: 'closed', failed: 'failed' },
  'half-closed-by-peer': { 'finished-by-us': 'closed', closed: 'closed', failed: 'failed' },
  closed: {},
  failed: {},
};

/** Whoever opened it: with layers over the socket, and without. */
export const layingLife: Life = { state: 'laying', cause: null };
export const openLife: Life = { state: 'open', cause: null };

export const hasEnded = ({ state }: Life): boolean => state === 'closed' || state === 'failed';

/**
 * The life after `event`; the same object where the event means nothing any more (a second end, a FIN after the end).
 * When both sides have finished (RFC 9293 section 3.6) the connection is closed, by whoever finished first.
 */
export function after(life: Life, event: LifeEvent): Life {
  const state = transitions[life.state][event.type];
  if (state === undefined) return life;
  return { state, cause: causeOf(life, event, state) };
}

function causeOf(life: Life, event: LifeEvent, state: LifeState): EndCause | null {
  if (event.type === 'closed') return { kind: 'closed', by: event.by, how: event.how };
  if (event.type === 'failed') return { kind: 'failed', code: event.code };
  if (state !== 'closed') return null;
  return { kind: 'closed', by: life.state === 'half-closed-by-us' ? 'us' : 'peer', how: 'finish' };
}
