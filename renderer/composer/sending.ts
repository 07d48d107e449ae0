/** What may be sent from one tab, to whom, and why not. */
import type { ConnectionId, Target } from '../../shared/domain.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

/** What it takes of an endpoint. */
export type Sender = Pick<
  EndpointState,
  'settings' | 'capabilities' | 'ran' | 'aim' | 'typedTarget' | 'shownPeer' | 'status' | 'summary' | 'running'
> & {
  readonly selectedPeers: ReadonlySet<ConnectionId>;
  readonly peers: { find(id: ConnectionId): { endedAt: number | null } | undefined };
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

export function targetOf(sender: Sender): Target {
  const { selectedPeers, shownPeer, typedTarget } = sender;
  if (isTyped(sender) && typedTarget) return typedTarget;
  if (!isServer(sender) || sender.aim === 'all') return 'all';
  if (selectedPeers.size > 0) return [...selectedPeers];
  return shownPeer === null ? 'all' : shownPeer.id === null ? [] : [shownPeer.id];
}

/** The message would go to the peer that the log shows, which cannot take one any more. */
function isForEnded(sender: Sender): boolean {
  const { shownPeer, selectedPeers, peers } = sender;
  if (shownPeer === null || selectedPeers.size > 0 || !Array.isArray(targetOf(sender))) return false;
  return shownPeer.id === null || (peers.find(shownPeer.id)?.endedAt ?? null) !== null;
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
