/** What may be sent from one tab, to whom, and why not. */
import type { Pieces } from '../../shared/file-plan.ts';
import type { ConnectionId, Target } from '../../shared/domain.ts';
import { mostDatagramBytesOf, mostStagedBytes } from '../../shared/message-bounds.ts';
import { texts } from '../../shared/texts/index.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

/** What it takes of an endpoint. */
export type Sender = Pick<
  EndpointState,
  | 'settings'
  | 'capabilities'
  | 'ran'
  | 'aim'
  | 'typedTarget'
  | 'shownPeer'
  | 'first'
  | 'status'
  | 'summary'
  | 'running'
> & {
  readonly selectedPeers: ReadonlySet<ConnectionId>;
  /** Known to take no message any more. */
  readonly peers: { hasEnded(id: ConnectionId): boolean };
};

/** Why nothing can be sent now, whatever is typed. */
export type Obstacle =
  | 'finishedSending'
  | 'notConnected'
  | 'notConnectedYet'
  | 'notListening'
  | 'notListeningYet'
  | 'noPeer'
  | 'noDatagramPeer'
  | 'shownEnded'
  | 'noAddress';

const isServer = ({ settings }: Sender): boolean => settings.role === 'listener';

/** A datagram may go to any address, except from a socket that is connected to one. */
export function mayTypeTarget(sender: Sender): boolean {
  const isConnected = sender.ran?.isConnectedUdp ?? sender.settings.udp.connected;
  return !sender.capabilities.hasConnections && (isServer(sender) || !isConnected);
}

const isTyped = (sender: Sender): boolean => mayTypeTarget(sender) && sender.aim === 'typed';

/** Chosen, or nobody is and there is a chat: what its host says is for everybody. */
export function isForAll(sender: Sender): boolean {
  const { settings, aim, selectedPeers, shownPeer } = sender;
  if (settings.role !== 'listener' || aim === 'all') return true;
  return settings.reply.kind === 'chat' && selectedPeers.size === 0 && shownPeer === null;
}

export function targetOf(sender: Sender): Target {
  const { selectedPeers, shownPeer, first, typedTarget } = sender;
  if (isTyped(sender) && typedTarget) return typedTarget;
  if (isForAll(sender)) return 'all';
  if (selectedPeers.size > 0) return [...selectedPeers];
  const only = shownPeer === null ? first : shownPeer.id;
  return only === null ? [] : [only];
}

/** The only connection that a message goes to, chosen or not; null for several and for none. */
export function onlyTarget(sender: Sender): ConnectionId | null {
  const target = targetOf(sender);
  return Array.isArray(target) && target.length === 1 ? target[0]! : null;
}

/** To how many a message goes. */
function countOf(sender: Sender): number {
  const target = targetOf(sender);
  if (Array.isArray(target)) return target.length;
  if (target !== 'all') return 1;
  const open = sender.summary?.openConnections ?? 0;
  // Of a client it is one, open or not, unless it has many.
  return isServer(sender) ? open : Math.max(1, open);
}

/** What the button says: more than one peer is said in it, with a sign of caution. */
export function sendLabel(sender: Sender): { text: string; isForMany: boolean } {
  const count = countOf(sender);
  const isForMany = count > 1;
  return { text: isForMany ? texts.composer.sendTo(count) : texts.composer.send, isForMany };
}

/** The message would go to one peer, chosen or not, which cannot take one any more. */
function isForEnded(sender: Sender): boolean {
  const { shownPeer, first, summary, peers } = sender;
  const target = targetOf(sender);
  if (!Array.isArray(target)) return false;
  if (target.length === 0) return shownPeer !== null;
  const only = onlyTarget(sender);
  if (only === null) return target.every((id) => peers.hasEnded(id));
  // Who came first is the first of those that are open, as long as it is.
  return peers.hasEnded(only) || (only === first && summary?.firstConnection !== first);
}

/** `isAddressWrong`: what is typed as an address is none. */
export function obstacleTo(sender: Sender, isAddressWrong: boolean): Obstacle | null {
  const { status, summary, running } = sender;
  const isUnaddressed = isTyped(sender) && (sender.typedTarget === null || isAddressWrong);
  if (!isServer(sender)) {
    if (status?.state === 'half-closed-by-us') return 'finishedSending';
    const isOpen = status?.state === 'open' || status?.state === 'half-closed-by-peer';
    if (!isOpen) return running ? 'notConnectedYet' : 'notConnected';
    return isUnaddressed ? 'noAddress' : null;
  }
  const isDatagram = !sender.capabilities.hasConnections && status?.state === 'listening';
  if (isDatagram && isTyped(sender)) return isUnaddressed ? 'noAddress' : null;
  if (isDatagram && isForEnded(sender)) return 'shownEnded';
  if (summary?.openConnections) return isForEnded(sender) ? 'shownEnded' : null;
  if (isDatagram) return 'noDatagramPeer';
  return status?.state === 'listening' ? 'noPeer' : running ? 'notListeningYet' : 'notListening';
}

/** A datagram may be empty; one that nobody asked for must not follow from a second press of Send. */
export const maySendEmpty = (sender: Sender, obstacle: Obstacle | null): boolean =>
  sender.capabilities.hasBoundaries && obstacle === null;

/** A client that could connect first, and then send. */
export const mayConnect = (sender: Sender, obstacle: Obstacle | null): boolean =>
  obstacle === 'notConnected' && !isServer(sender);

/** A client that is on its way: what is sent now goes out once it is open. One that waits to try again may wait for hours. */
export const maySendSoon = (sender: Sender, obstacle: Obstacle | null): boolean =>
  obstacle === 'notConnectedYet' && sender.status?.state !== 'waiting';

/**
 * So many bytes are no message here: known before anything is sent. `most`: that at most would be one. `file`: the pieces that one
 * goes in, which may be of any length over a stream.
 */
export function tooLongFor(
  sender: Sender,
  length: number,
  file: Pieces | undefined = undefined,
): { most: number } | null {
  if (!sender.capabilities.hasBoundaries)
    return file === undefined && length > mostStagedBytes ? { most: mostStagedBytes } : null;
  if (file === 'line') return null;
  const most = longestDatagram(sender);
  if (typeof file === 'number') return file > most ? { most } : null;
  return length > most ? { most } : null;
}

function longestDatagram({ status }: Sender): number {
  const address = (status?.role === 'client' ? status.remote : null) ?? status?.local;
  return mostDatagramBytesOf[address?.family === 'IPv6' ? 'IPv6' : 'IPv4'];
}
