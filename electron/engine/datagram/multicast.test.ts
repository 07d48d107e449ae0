import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MulticastGroup } from '../../../shared/settings/settings.ts';
import { buildProgram } from '../testing/program.ts';
import {
  clientSettings,
  listening,
  listenerSettings,
  notes,
  opened,
  plainSocket,
  received,
  sendAll,
  until,
} from '../testing/datagram-kit.ts';

const interfaces = Object.entries(networkInterfaces());
const group = (address: string, interfaceAddress = '127.0.0.1', source = ''): MulticastGroup => ({
  group: address,
  interfaceAddress,
  source,
});

/** Whether this machine brings datagrams to a group back to itself over loopback at all. */
async function reaches(address: string, interfaceAddress: string): Promise<boolean> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').on('error', () => undefined);
  try {
    await new Promise<void>((resolve) => socket.bind(0, () => resolve()));
    socket.addMembership(address, interfaceAddress);
    socket.setMulticastInterface(interfaceAddress);
    const { port } = socket.address();
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), 1000);
      socket.once('message', () => {
        clearTimeout(timer);
        resolve(true);
      });
      socket.send('probe', port, address, (error) => error && resolve(false));
    });
  } catch {
    // No membership to be had here.
    return false;
  } finally {
    socket.close();
  }
}

/** The first way in which this machine brings datagrams to a group back to itself; null where there is none. */
async function firstThatReaches(address: string, ways: readonly string[]): Promise<string | null> {
  for (const way of ways) if (await reaches(address, way)) return way;
  return null;
}

const four = '239.255.77.1';
const six = 'ff02::7701';
const outward = interfaces.flatMap(([, all = []]) =>
  all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
);
const canFour = await reaches(four, '127.0.0.1');
/** On the loopback interface itself everything comes back, whatever the option says. */
const away = await firstThatReaches(four, outward);
const sixWay = await firstThatReaches(
  six,
  interfaces.map(([name]) => `::%${name}`),
);
const unless = (can: boolean): string =>
  can ? '' : ' (skipped: this machine does not bring multicast back)';

describe('multicast', () => {
  it.runIf(canFour)(`is heard in a joined group, and not after it was left${unless(canFour)}`, async () => {
    const { listener, recorder, port } = await listening({ host: '0.0.0.0', udp: { groups: [group(four)] } });
    expect(notes(recorder, 'joined')).toMatchObject([
      { group: four, interfaceAddress: '127.0.0.1', source: '' },
    ]);
    const { client } = await opened(port, { host: four, udp: { multicastInterface: '127.0.0.1' } });
    sendAll(client, 'to the group');
    await until(() => received(recorder).length === 1);
    listener.change(listenerSettings({ udp: { groups: [group('239.255.77.2')] } }));
    expect(notes(recorder, 'left')).toMatchObject([{ group: four }]);
    expect(notes(recorder, 'joined')).toMatchObject([{ group: four }, { group: '239.255.77.2' }]);
    sendAll(client, 'nobody');
    client.connections.send(
      { host: '239.255.77.2', port },
      client.connections.recorder.store(Buffer.from('you')),
      3,
    );
    await until(() => received(recorder).length === 2);
    expect(recorder.bytes('received').toString()).toBe('to the groupyou');
  });

  it.runIf(away !== null)(`does not come back with loopback off${unless(away !== null)}`, async () => {
    const { recorder, port } = await listening({ host: '0.0.0.0', udp: { groups: [group(four, away!)] } });
    const udp = { multicastInterface: away!, multicastLoopback: false };
    const { client } = await opened(port, { host: four, udp });
    sendAll(client, 'unheard');
    await until(() => client.connections.sentBytes === 7);
    client.change(clientSettings(port, { host: four, udp: { ...udp, multicastLoopback: true } }));
    sendAll(client, 'heard');
    await until(() => received(recorder).length === 1);
    expect(recorder.bytes('received').toString()).toBe('heard');
  });

  it.runIf(canFour && process.platform === 'linux')(
    `of one source alone is heard from it and from no other${unless(canFour)}`,
    async () => {
      const ssm = '232.77.0.1';
      const { recorder, port } = await listening({
        host: '0.0.0.0',
        udp: { groups: [group(ssm, '127.0.0.1', '127.0.0.2')] },
      });
      expect(notes(recorder, 'joined')).toMatchObject([{ group: ssm, source: '127.0.0.2' }]);
      const send = async (from: string, text: string) => {
        const socket = await plainSocket(from);
        socket.setMulticastInterface('127.0.0.1');
        await new Promise<void>((resolve) => socket.send(text, port, ssm, () => resolve()));
      };
      await send('127.0.0.3', 'other');
      await send('127.0.0.2', 'wanted');
      await until(() => received(recorder).length === 1);
      expect(recorder.bytes('received').toString()).toBe('wanted');
    },
  );

  it.runIf(sixWay !== null)(`is heard over IPv6${unless(sixWay !== null)}`, async () => {
    const where = sixWay!;
    const { listener, recorder, port } = await listening({
      host: '::',
      udp: { groups: [group(six, where)] },
    });
    const { client } = await opened(port, { host: six, udp: { multicastInterface: where } });
    sendAll(client, 'six');
    await until(() => received(recorder).length === 1);
    listener.change(listenerSettings());
    expect(notes(recorder, 'left')).toMatchObject([{ group: six }]);
  });

  it('tells each group that cannot be joined, and joins the others', async () => {
    const groups: MulticastGroup[] = [
      group('239.255.77.3', '203.0.113.9'),
      group('239.255.77.4'),
      group('239.255.77.4', '127.0.0.1'),
      group('239.255.77.5', '::%nowhere9'),
      group('ff02::77', ''),
    ];
    const { listener, recorder } = await listening({ host: '0.0.0.0', udp: { groups } });
    expect(listener.status.state).toBe('listening');
    expect(notes(recorder, 'joined').map((note) => note.group)).toEqual(['239.255.77.4']);
    const failed = notes(recorder, 'group-failed').map((note) => `${note.group} ${note.code}`);
    expect(failed.slice(0, 2)).toEqual(['239.255.77.3 ENODEV', '239.255.77.5 UNKNOWN_ZONE']);
    expect(failed.length).toBe(groups.length - 2);
    // What failed is not tried again by a change of something else.
    listener.change(listenerSettings({ udp: { groups, ttl: 9 } }));
    expect(notes(recorder, 'group-failed')).toHaveLength(failed.length);
  });

  it('says EADDRINUSE for a group that is a member already by another line', async () => {
    const groups = [group('239.255.77.6', '127.0.0.1'), group('239.255.77.6', '127.0.0.2')];
    const { recorder } = await listening({ host: '0.0.0.0', udp: { groups } });
    expect(notes(recorder, 'joined')).toHaveLength(1);
    expect(notes(recorder, 'group-failed')).toMatchObject([
      { code: expect.stringMatching(/EADDRINUSE|ENODEV/) },
    ]);
  });

  it('tells an option that the system does not take, and works without it', async () => {
    const { listener, recorder } = await listening({ udp: { multicastInterface: '203.0.113.9', ttl: 7 } });
    expect(notes(recorder, 'option-failed')).toMatchObject([
      { option: 'udp.multicastInterface', code: 'EADDRNOTAVAIL' },
    ]);
    expect(listener.status.state).toBe('listening');
    listener.change(listenerSettings({ udp: { multicastInterface: '::%nowhere9', ttl: 7 } }));
    expect(notes(recorder, 'option-failed')[1]).toMatchObject({ code: 'UNKNOWN_ZONE' });
  });
});

/** Two ends of a cable, in a namespace where nothing else is. */
const cable = [
  'ip link set lo up',
  'ip link add eth9 type veth peer name eth8',
  'ip link set eth9 up',
  'ip link set eth8 up',
  'ip addr add 10.9.0.1/24 dev eth9',
  'ip route add 224.0.0.0/4 dev eth9',
].join(' && ');
const inNamespace = (...command: string[]) =>
  spawnSync('unshare', ['-rn', 'sh', '-c', `${cable} && exec "$@"`, 'sh', ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 50_000,
  });
const canNamespace = process.platform === 'linux' && inNamespace('true').status === 0;

it.runIf(canNamespace)(
  'a server on a group has joined it, and a client of a group hears who answers (skipped without network namespaces)',
  async () => {
    const program = await buildProgram('multicast');
    onTestFinished(program.remove);
    const { stdout } = inNamespace(process.execPath, program.path);
    const client = [{ note: 'option-failed', code: 'GROUP_NOT_CONNECTED' }];
    expect(JSON.parse(stdout)).toMatchObject([
      { answered: true, client, notes: [{ note: 'joined', group: '239.1.2.3', interfaceAddress: '' }] },
      {
        answered: true,
        client,
        notes: [{ note: 'joined', group: 'ff02::1234', interfaceAddress: '::%eth9' }],
      },
    ]);
  },
);

it('a server on a group that could not be joined says so', async () => {
  const { recorder } = await listening({
    host: '239.255.77.8',
    udp: { groups: [group('239.255.77.8', '203.0.113.9')] },
  });
  expect(notes(recorder, 'joined')).toEqual([]);
  expect(notes(recorder, 'group-failed')).toMatchObject([{ group: '239.255.77.8', code: 'ENODEV' }]);
});
