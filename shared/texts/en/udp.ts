import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

/** Options of UDP sockets, and what is said of them. */
export const udp = {
  groups: 'Groups joined',
  groupsHint: 'Joined at once while the socket is bound (IP_ADD_MEMBERSHIP), without a restart.',
  noGroups: 'No group is joined.',
  group: 'Group',
  groupPlaceholder: '239.1.2.3 or ff02::1234',
  interfaceAddress: 'Interface',
  source: 'Only from',
  anySource: 'anybody',
  chosenBySystem: 'chosen by the system',
  join: 'Join',
  leave: 'Leave',
  leaveName: (group: string) => `Leave ${group}`,
  joined: 'This group is joined already.',
  mostGroups: (most: number) => `At most ${formatCount(most)} groups.`,
  onInterface: (address: string) => `on ${address}`,
  onlyFrom: (source: string) => `only from ${source}`,
  boundTo: 'Bound to',
  heard: (count: number) => counted(count, 'peer'),
  buffer: (granted: string) => `receive buffer ${granted}`,
  /** `asked`: null when it was left to the system. */
  bufferHint: (asked: string | null, isDoubled: boolean) =>
    asked === null
      ? 'What the system gives by itself (SO_RCVBUF).'
      : `${asked} asked for (SO_RCVBUF).${isDoubled ? ' Linux grants twice that, for its own bookkeeping too.' : ''}`,
  bufferShort: (granted: string, asked: string) => `receive buffer ${granted}, ${asked} asked for`,
  howToRaise: 'how to raise it',
  raise: (asked: number) => [
    'The system caps what a socket may ask for. To allow more, run',
    `sysctl -w net.core.rmem_max=${asked}`,
    'as root, then start again.',
  ],
  raiseElsewhere: 'The system grants less than was asked for.',
  lost: (count: number) => counted(count, 'datagram lost', 'datagrams lost'),
  lostHint: 'They arrived while the receive buffer was full, and the kernel dropped them.',
  lossesUnknown: 'losses unknown',
  lossesUnknownHint: 'This system does not tell how many datagrams it drops.',
  noPeer: 'Nobody was heard of yet: choose “Another address…”, or wait for a datagram.',
  typed: 'Another address…',
  typedLabel: 'Address to send to',
  typedPlaceholder: 'host:port',
  typedProblem: 'An address and a port are needed, as in 127.0.0.1:9000 or [::1]:9000.',
  noneYet: 'No peers yet. They appear here with their first datagram.',
  none: 'Start listening, then peers appear here with their first datagram.',
};
