/** The life of one connection, as a table. Pure: sockets tell it what happened, it says what that means. */
import type { ConnectionState, EndKind } from '../../../shared/domain.ts';

export type LifeEvent =
  | { type: 'resolved' }
  | { type: 'connected' }
  /** The handshake of TLS is done. */
  | { type: 'secured' }
  /** Our FIN is sent, all queued bytes before it. */
  | { type: 'finished-by-us' }
  | { type: 'finished-by-peer' }
  | { type: 'closed'; by: 'us' | 'peer'; how: EndKind }
  | { type: 'failed'; code: string };

/** Why a life ended: exactly one of the two, and never changed afterwards. */
export type EndCause = { kind: 'closed'; by: 'us' | 'peer'; how: EndKind } | { kind: 'failed'; code: string };

export type Life = { readonly state: ConnectionState; readonly cause: EndCause | null };

const transitions: Record<ConnectionState, Partial<Record<LifeEvent['type'], ConnectionState>>> = {
  resolving: { resolved: 'connecting', closed: 'closed', failed: 'failed' },
  connecting: { connected: 'open', closed: 'closed', failed: 'failed' },
  // TLS: a FIN in the middle of the handshake is a failure, which the handshake tells.
  securing: { secured: 'open', closed: 'closed', failed: 'failed' },
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

/** An initiated connection begins by resolving, an accepted one is open when we hear of it. */
export const initiatedLife: Life = { state: 'resolving', cause: null };
export const acceptedLife: Life = { state: 'open', cause: null };
/** A connection that TLS begins on, whoever opened it. */
export const securingLife: Life = { state: 'securing', cause: null };

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

function causeOf(life: Life, event: LifeEvent, state: ConnectionState): EndCause | null {
  if (event.type === 'closed') return { kind: 'closed', by: event.by, how: event.how };
  if (event.type === 'failed') return { kind: 'failed', code: event.code };
  if (state !== 'closed') return null;
  return { kind: 'closed', by: life.state === 'half-closed-by-us' ? 'us' : 'peer', how: 'finish' };
}
