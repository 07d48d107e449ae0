import { describe, expect, test } from 'vitest';
import type { EndpointSummary } from '../../shared/contract.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { transports, type Transport } from '../../shared/settings/transports.ts';
import {
  mayConnect,
  maySendEmpty,
  maySendSoon,
  mayTypeTarget,
  obstacleTo,
  onlyTarget,
  sendLabel,
  targetOf,
  tooLongFor,
  type Sender,
} from './sending.ts';

type State = NonNullable<EndpointStatus>['state'];
type Changes = Partial<Omit<Sender, 'status' | 'summary' | 'peers'>> & {
  state?: State;
  open?: number;
  /** The first one that is open; left out: the one that came first. */
  firstOpen?: number;
  ended?: number[];
};

function sender(role: 'client' | 'listener', transport: Transport, changes: Changes = {}): Sender {
  const {
    state = role === 'client' ? 'open' : 'listening',
    open = 2,
    ended = [],
    firstOpen = 1,
    ...rest
  } = changes;
  return {
    settings: { ...(role === 'client' ? defaultClient() : defaultListener()), transport },
    capabilities: transports[transport],
    ran: null,
    aim: 'shown',
    typedTarget: null,
    shownPeer: null,
    first: open === 0 ? null : 1,
    running: true,
    selectedPeers: new Set(),
    status: { role, state } as EndpointStatus,
    summary: { openConnections: open, firstConnection: open === 0 ? null : firstOpen } as EndpointSummary,
    peers: { hasEnded: (id) => ended.includes(id) },
    ...rest,
  };
}
const server = (changes?: Changes): Sender => sender('listener', 'tcp', changes);
const udpServer = (changes?: Changes): Sender => sender('listener', 'udp', changes);
const client = (changes?: Changes): Sender => sender('client', 'tcp', changes);
const shown = (id: number | null) => ({ connection: 7, id, name: 'peer' });
const typed = { host: '127.0.0.1', port: 9 };

describe('a message goes', () => {
  test('to the selected peers, else to the one that the log shows, else to who came first', () => {
    expect([targetOf(server()), onlyTarget(server())]).toEqual([[1], 1]);
    expect(targetOf(server({ open: 0 }))).toEqual([]);
    expect(targetOf(server({ aim: 'all' }))).toBe('all');
    expect(targetOf(server({ shownPeer: shown(3) }))).toEqual([3]);
    expect(targetOf(server({ shownPeer: shown(3), selectedPeers: new Set([1, 2]) }))).toEqual([1, 2]);
    expect(targetOf(server({ shownPeer: shown(3), aim: 'all' }))).toBe('all');
  });

  test('to everybody from the host of a chat', () => {
    const { settings } = server();
    const chat = { ...settings, reply: { ...defaultListener().reply, kind: 'chat' } } as Sender['settings'];
    expect(targetOf(server({ settings: chat }))).toBe('all');
    expect(targetOf(server({ settings: chat, selectedPeers: new Set([2]) }))).toEqual([2]);
  });

  test('to nobody while the peer that the log shows is not known', () => {
    expect(targetOf(server({ shownPeer: shown(null) }))).toEqual([]);
  });

  test('to its server from a client, whatever the log shows', () => {
    expect(targetOf(client({ shownPeer: shown(3) }))).toBe('all');
  });

  test('to a typed address only as a datagram, and not from a socket that is connected to one', () => {
    const aimed = { aim: 'typed', typedTarget: typed } as const;
    expect(targetOf(udpServer(aimed))).toEqual(typed);
    expect(targetOf(server(aimed))).toEqual([1]);
    const open = sender('client', 'udp', aimed);
    expect([mayTypeTarget(open), targetOf(open)]).toEqual([true, typed]);
    const { settings } = open;
    const connected = { ...open, settings: { ...settings, udp: { ...settings.udp, connected: true } } };
    expect([mayTypeTarget(connected), targetOf(connected)]).toEqual([false, 'all']);
  });
});

describe('nothing can be sent', () => {
  test.each<[string, Sender, string | null]>([
    ['by a client that is connected', client(), null],
    ['by one whose peer has finished', client({ state: 'half-closed-by-peer' }), null],
    ['by one that has finished', client({ state: 'half-closed-by-us' }), 'finishedSending'],
    ['while it connects', client({ state: 'connecting' }), 'notConnectedYet'],
    ['before it does', client({ state: 'idle', running: false }), 'notConnected'],
    ['by a server with peers', server(), null],
    ['without peers', server({ open: 0 }), 'noPeer'],
    ['while it starts', server({ state: 'starting', open: 0 }), 'notListeningYet'],
    ['before it does', server({ state: 'stopped', open: 0, running: false }), 'notListening'],
    ['to peers that stayed when it stopped', server({ state: 'stopped', running: false }), null],
    ['to a shown peer that ended', server({ shownPeer: shown(3), ended: [3] }), 'shownEnded'],
    ['to a selected one that ended', server({ selectedPeers: new Set([3]), ended: [3] }), 'shownEnded'],
    ['to who came first, once it ended', server({ firstOpen: 2 }), 'shownEnded'],
    ['to one that is listed no more', server({ shownPeer: shown(null) }), 'shownEnded'],
    [
      'to selected ones in its place',
      server({ shownPeer: shown(3), ended: [3], selectedPeers: new Set([1]) }),
      null,
    ],
    ['to all in its place', server({ shownPeer: shown(3), ended: [3], aim: 'all' }), null],
    ['by UDP to nobody', udpServer({ open: 0 }), 'noDatagramPeer'],
    ['by UDP to a peer that was forgotten', udpServer({ open: 0, shownPeer: shown(null) }), 'shownEnded'],
    ['by UDP without an address', udpServer({ open: 0, aim: 'typed' }), 'noAddress'],
    ['by UDP to an address', udpServer({ open: 0, aim: 'typed', typedTarget: typed }), null],
  ])('%s', (_, from, expected) => {
    expect(obstacleTo(from, false)).toBe(expected);
  });

  test('to an address that is being typed wrong', () => {
    expect(obstacleTo(udpServer({ aim: 'typed', typedTarget: typed }), true)).toBe('noAddress');
    expect(obstacleTo(udpServer(), true)).toBeNull();
  });
});

test('the button says to how many when there is more than one', () => {
  const many = { text: 'Send to 2', isForMany: true };
  expect(sendLabel(server())).toEqual({ text: 'Send', isForMany: false });
  expect(sendLabel(server({ aim: 'all' }))).toEqual(many);
  expect(sendLabel(server({ selectedPeers: new Set([4, 5]) }))).toEqual(many);
  expect(sendLabel(server({ aim: 'all', open: 1 })).isForMany).toBe(false);
  expect(sendLabel(client({ aim: 'all', open: 1 })).isForMany).toBe(false);
  expect(sendLabel(client({ open: 8 }))).toEqual({ text: 'Send to 8', isForMany: true });
});

test('only a datagram may be empty', () => {
  expect([maySendEmpty(udpServer(), null), maySendEmpty(udpServer(), 'noDatagramPeer')]).toEqual([
    true,
    false,
  ]);
  expect(maySendEmpty(server(), null)).toBe(false);
});

test('what is too long is known before it is sent: for a datagram, and for one upload', () => {
  const local = (family: 'IPv4' | 'IPv6') =>
    ({ role: 'listener', state: 'listening', local: { host: '', port: 1, family } }) as EndpointStatus;
  expect(tooLongFor({ ...udpServer(), status: local('IPv4') }, 65_507)).toBe(null);
  expect(tooLongFor({ ...udpServer(), status: local('IPv4') }, 65_508)).toEqual({ most: 65_507 });
  expect(tooLongFor({ ...udpServer(), status: local('IPv6') }, 65_527)).toBe(null);
  expect(tooLongFor(client(), 512 * 1024 * 1024)).toBe(null);
  expect(tooLongFor(client(), 512 * 1024 * 1024 + 1)).toEqual({ most: 512 * 1024 * 1024 });
});

test('what is sent while a client connects goes out once it is open, but not after it waited to try again', () => {
  for (const [state, soon] of [
    ['resolving', true],
    ['connecting', true],
    ['securing', true],
    ['waiting', false],
    ['open', false],
  ] as const) {
    const one = client({ state });
    expect([state, maySendSoon(one, obstacleTo(one, false))]).toEqual([state, soon]);
  }
});

test('only a client that is closed connects first', () => {
  for (const [state, running, connects] of [
    ['idle', false, true],
    ['connecting', true, false],
    ['open', true, false],
  ] as const) {
    const one = client({ state, running });
    expect(mayConnect(one, obstacleTo(one, false))).toBe(connects);
  }
  const stopped = server({ state: 'stopped', running: false, open: 0 });
  expect(mayConnect(stopped, obstacleTo(stopped, false))).toBe(false);
});
