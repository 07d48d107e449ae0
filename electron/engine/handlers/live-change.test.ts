import { expect, test } from 'vitest';
import { defaultReply, newRule, type ReplySettings } from '../../../shared/settings/reply.ts';
import { listenerSettings, listening, plainPeer, until } from '../testing/stream-kit.ts';
import * as udp from '../testing/datagram-kit.ts';

const textOf = ({ received }: { received: Buffer[] }): string => Buffer.concat(received).toString();

test('a changed reply answers open connections and new ones at once', async () => {
  const { listener, port } = await listening({ reply: 'none' });
  const before = await plainPeer(port);
  await until(() => listener.connections.openCount === 1);
  listener.change(listenerSettings({ reply: 'upper' }));
  const after = await plainPeer(port);
  for (const peer of [before, after]) {
    peer.write('hello');
    await until(() => textOf(peer) === 'HELLO');
  }
  listener.change(listenerSettings({ reply: 'none' }));
  before.write('silence');
  await until(() => listener.connections.receivedBytes === 17);
  expect(textOf(before)).toBe('HELLO');
});

test('a changed greeting meets only who connects from then on', async () => {
  const { listener, port } = await listening();
  const before = await plainPeer(port);
  await until(() => listener.connections.openCount === 1);
  const reply = { ...defaultReply(), greeting: { mode: 'text', text: 'welcome' } as const };
  listener.change(listenerSettings({ reply }));
  const after = await plainPeer(port);
  await until(() => textOf(after) === 'welcome');
  expect(textOf(before)).toBe('');
});

test('a peer that has finished sending still gets the delayed answer that it waits for', async () => {
  const rule = {
    match: 'contains',
    pattern: 'x',
    reply: { mode: 'text', text: 'late' },
    delayMs: 100,
    then: 'stay',
    enabled: true,
    note: '',
  } as const;
  const { listener, port } = await listening({ reply: { ...defaultReply(), kind: 'rules', rules: [rule] } });
  const peer = await plainPeer(port);
  peer.end('x');
  await until(() => [...listener.connections.open].some(({ state }) => state === 'half-closed-by-peer'));
  listener.change(listenerSettings({ reply: 'echo' }));
  await until(() => textOf(peer) === 'late');
  await until(() => listener.connections.openCount === 0);
});

test('rules read what is received in the encoding that is chosen, at once', async () => {
  const rule = {
    ...newRule(),
    enabled: true,
    pattern: '温度',
    reply: { mode: 'text', text: 'yes' },
  } as const;
  const reply: ReplySettings = { ...defaultReply(), kind: 'rules', rules: [rule] };
  const { listener, port } = await listening({ reply });
  const peer = await plainPeer(port);
  const gbk = Buffer.from('cec2b6c8', 'hex');
  peer.write(gbk);
  await until(() => listener.connections.receivedBytes === 4);
  const settings = listenerSettings({ reply });
  listener.change({ ...settings, encodings: { ...settings.encodings, received: 'gbk' } });
  peer.write(gbk);
  await until(() => textOf(peer) === 'yes');
});

test('a changed reply answers the next datagram of a peer that is known', async () => {
  const { listener, port } = await udp.listening({ reply: 'upper' });
  const peer = await udp.plainSocket();
  await udp.sendTo(peer, port, 'hello');
  await until(() => textOf(peer) === 'HELLO');
  listener.change(udp.listenerSettings({ reply: 'echo' }));
  await udp.sendTo(peer, port, ' again');
  await until(() => textOf(peer) === 'HELLO again');
});
