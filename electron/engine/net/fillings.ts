import type { Preview } from '../../../shared/contract.ts';
import type { Target } from '../../../shared/domain.ts';
import { previewOf } from '../../../shared/message-reading.ts';
import { bareContext, type FillContext } from '../../../shared/payload/context.ts';
import type { Part } from '../../../shared/payload/parts.ts';
import { fillMessage, type Template } from '../../../shared/payload/payload.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import type { PeerList, Sending } from './endpoint-socket.ts';
import type { Fate } from './fate.ts';
import { surroundings, type Around } from './surroundings.ts';

/** A template, or bytes as one. */
export type Message = Pick<Template, 'isFixed'> & { fill(context: FillContext): Uint8Array };

/** What the peers sent last, by the number of the connection, where the message asks for it. */
export type Received = ReadonlyMap<number, Uint8Array>;
const nothing: Received = new Map();

/**
 * Sends the same bytes to all targets where the message is fixed, else to each its own; returns how many took it. All of it
 * is made and stored before any is sent, so that what cannot be made for one, or has no room, reaches nobody. `store` may
 * leave one out by null. Throws as `fill`, `store` and `peers` do.
 */
export function sendFilled(
  message: Message,
  target: Target,
  peers: PeerList,
  recorder: Recorder,
  store: (bytes: Uint8Array) => Place | null,
  received: Received = nothing,
  fate?: Fate,
): number {
  const sendings: Sending[] = [];
  for (const one of message.isFixed ? [target] : peers.takers(target)) {
    const bytes = message.fill(
      message.isFixed ? bareContext : surroundings(recorder, aroundOf(one, peers, received)),
    );
    const place = store(bytes);
    if (place !== null) sendings.push({ target: one, place, length: bytes.length });
  }
  peers.check?.(sendings);
  let taken = 0;
  for (const { target, place, length } of sendings) taken += peers.send(target, place, length, fate);
  return taken;
}

/** What `sendFilled` would send to the first of the targets; nothing is counted. Throws as filling does. */
export function previewFilled(
  parts: readonly Part[],
  target: Target,
  peers: PeerList,
  recorder: Recorder,
  received: Received = nothing,
): Preview {
  const [first = target] = peers.takers(target);
  return previewOf(
    parts,
    fillMessage(parts, surroundings(recorder, aroundOf(first, peers, received), false)),
  );
}

/** The numbers of the connections that a message goes to. */
export const connectionsOf = (target: Target, peers: PeerList): Set<number> =>
  new Set(
    peers.takers(target).flatMap((one) => {
      const id = Array.isArray(one) ? one[0] : undefined;
      const found = id === undefined ? null : peers.find({ id });
      return found === null ? [] : [found.connection];
    }),
  );

/** One target, as `takers` gives them: a peer, or an address that is typed. */
function aroundOf(target: Target, peers: PeerList, received: Received): Around {
  const nowhere = { connection: null, local: null, remote: null, received: null };
  if (target === 'all') return nowhere;
  if (!Array.isArray(target)) {
    const family = target.host.includes(':') ? 'IPv6' : 'IPv4';
    return { ...nowhere, remote: { ...target, family } };
  }
  const found = target[0] === undefined ? null : peers.find({ id: target[0] });
  if (found === null) return nowhere;
  const { connection, local, remote } = found;
  return { connection, local, remote, received: received.get(connection) ?? null };
}
