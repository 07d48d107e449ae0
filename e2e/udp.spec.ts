/** UDP in both roles, against plain sockets and programs of others. */
import type { Locator, Page } from '@playwright/test';
import { expect, logRow } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { needs, test } from './programs.ts';
import {
  connect,
  fill,
  listen,
  newClient,
  newServer,
  openOptions,
  send,
  settings,
  pane,
  whyOf,
} from './steps.ts';

const peerRows = (page: Page): Locator => page.getByRole('list', { name: 'Peers' }).getByRole('listitem');
const to = (page: Page): Locator => page.getByRole('combobox', { name: 'To' });
const sent = (page: Page, text: string): Locator =>
  logRow(page, text).filter({ has: page.getByRole('gridcell', { name: 'Sent' }) });
const received = (page: Page, text: string): Locator =>
  logRow(page, text).filter({ has: page.getByRole('gridcell', { name: 'Received' }) });

test.describe('a UDP server', () => {
  test('lists who was heard of by address, and answers one, all, or an address that is typed', async ({
    app,
    peers,
  }) => {
    await newServer(app, 'UDP');
    const port = await listen(app);
    const [anna, ben, cleo] = [await peers.datagrams(), await peers.datagrams(), await peers.datagrams()];
    anna.send('I am Anna', port);
    await expect(received(app, 'I am Anna')).toHaveCount(1);
    ben.send('I am Ben', port);
    await expect(peerRows(app)).toHaveCount(2);
    await expect(settings(app)).toContainText('2 peers');
    await expect(peerRows(app).filter({ hasText: `127.0.0.1:${anna.port}` })).toContainText('I am Anna');
    await to(app).selectOption('all 2 peers');
    await send(app, 'to both');
    for (const peer of [anna, ben])
      await expect.poll(() => peer.heard).toEqual([{ text: 'to both', from: port }]);
    await to(app).selectOption(`127.0.0.1:${ben.port}`);
    await send(app, 'to Ben');
    await expect.poll(() => ben.texts).toEqual(['to both', 'to Ben']);
    await to(app).selectOption('Another address…');
    await fill(app.getByRole('textbox', { name: 'Address to send to' }), `127.0.0.1:${cleo.port}`);
    await send(app, 'to Cleo');
    await expect.poll(() => cleo.texts).toEqual(['to Cleo']);
    expect(anna.texts).toEqual(['to both']);
    await pictures(app, 'udp-server');
    await app.setViewportSize({ width: 1024, height: 640 });
    await pictures(app, 'udp-server-small');
  });

  test('keeps the boundaries of datagrams, the empty one too', async ({ app, peers }) => {
    await newServer(app, 'UDP');
    const port = await listen(app);
    const peer = await peers.datagrams();
    for (const text of ['one', '', 'three']) {
      const rows = app.getByRole('gridcell', { name: 'Received' });
      const before = await rows.count();
      peer.send(text, port);
      await expect(rows).toHaveCount(before + 1);
    }
    await expect(logRow(app, 'no bytes')).toHaveCount(1);
    await app.getByRole('button', { name: 'More to send' }).click();
    await app.getByRole('menuitem', { name: 'Send an empty datagram' }).click();
    await send(app, 'x'.repeat(1500));
    await expect.poll(() => peer.texts.map(({ length }) => length)).toEqual([0, 1500]);
    await expect(settings(app)).toContainText('received 8 B');
    await expect(settings(app)).toContainText('sent 1.50 KB');
  });

  test('joins a group and leaves it while it is bound', async ({ app, peers }) => {
    const group = '239.255.77.31';
    await newServer(app, 'UDP', '0.0.0.0');
    await openOptions(app, 'Multicast');
    const port = await listen(app);
    await app.getByRole('textbox', { name: 'Group', exact: true }).fill(group);
    await app.getByRole('textbox', { name: 'Interface', exact: true }).fill('127.0.0.1');
    await app.getByRole('button', { name: 'Join' }).click();
    await expect(logRow(app, `Joined ${group} on 127.0.0.1`)).toHaveCount(1);
    const peer = await peers.datagrams();
    peer.socket.setMulticastInterface('127.0.0.1');
    peer.send('to the group', port, group);
    await expect(received(app, 'to the group')).toHaveCount(1);
    await pictures(app, 'udp-multicast');
    await app.getByRole('button', { name: `Leave ${group}` }).click();
    await expect(logRow(app, `Left ${group}`)).toHaveCount(1);
    peer.send('to nobody', port, group);
    peer.send('to the server', port);
    await expect(received(app, 'to the server')).toHaveCount(1);
    await expect(logRow(app, 'to nobody')).toHaveCount(0);
    await expect(app.getByText('Not applied until the next start.')).toBeHidden();
  });

  test('shows the receive buffer that the system granted, and how to get more', async ({ app }) => {
    test.skip(
      process.platform !== 'linux',
      'Linux grants twice what is asked for, up to a limit that it tells',
    );
    await newServer(app, 'UDP');
    await openOptions(app, 'UDP');
    const buffer = app.getByRole('textbox', { name: 'Receive buffer (bytes)' });
    await fill(buffer, '65536');
    await listen(app);
    await expect(settings(app).getByText('· receive buffer 131 KB', { exact: true })).toBeVisible();
    await fill(buffer, '1000000000');
    await app.getByRole('button', { name: 'Restart' }).click();
    await expect(settings(app)).toContainText(/receive buffer [\d.]+ [KM]B, 1\.00 GB asked for/);
    await app.getByRole('button', { name: 'how to raise it' }).click();
    await expect(pane(app)).toContainText('sysctl -w net.core.rmem_max=1000000000');
    await pictures(app, 'udp-buffer');
  });

  test('answers socat with true boundaries', async ({ app, run }) => {
    needs('socat');
    await newServer(app, 'UDP');
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    const port = await listen(app);
    const socat = run('socat', '-t', '10', 'STDIO', `UDP4:127.0.0.1:${port}`);
    for (const line of ['first\n', 'second\n']) {
      socat.write(line);
      await expect.poll(() => socat.output).toContain(line);
    }
    await expect(received(app, 'first')).toHaveCount(1);
    await expect(received(app, 'second')).toHaveCount(1);
    await expect(peerRows(app)).toHaveCount(1);
  });

  test('answers python3, an empty datagram and the longest one too', async ({ app, run }) => {
    needs('python3');
    await newServer(app, 'UDP');
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    const port = await listen(app);
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(60)
for payload in (b'', bytes(65507)):
    s.sendto(payload, ('127.0.0.1', ${port}))
    print(s.recv(70000) == payload, flush=True)`;
    const python = run('python3', '-c', script);
    await expect.poll(() => python.output).toBe('True\nTrue\n');
    await expect(settings(app)).toContainText('received 65.5 KB');
  });

  test('has the owner of a taken port named, and starts when it is free', async ({ app, peers }) => {
    test.skip(process.platform !== 'linux', 'the owner is read from /proc');
    const other = await peers.datagrams();
    const { port } = other;
    await newServer(app, 'UDP');
    await fill(app.getByRole('textbox', { name: 'Port', exact: true }), String(port));
    await app.getByRole('button', { name: 'Start listening' }).click();
    const found = (await whyOf(app)).getByRole('group', { name: 'What was found out' });
    await expect(found).toContainText(`(process ${process.pid})`);
    await pictures(app, 'udp-port-taken');
    await found.getByRole('button', { name: 'Start when it is free' }).click();
    await expect(logRow(app, `Waiting until 127.0.0.1:${port} is free`)).toBeVisible();
    await other.close();
    await expect(settings(app)).toContainText(`Bound to 127.0.0.1:${port}`);
  });
});

test.describe('a UDP client', () => {
  test('sends to its remote, hears whoever answers, and has a real address from the start', async ({
    app,
    peers,
  }) => {
    const [remote, other] = [await peers.datagrams(), await peers.datagrams()];
    await newClient(app, 'UDP', remote.port);
    await connect(app);
    await expect(settings(app)).toContainText(`Sends to 127.0.0.1:${remote.port}`);
    await send(app, 'hello');
    await expect.poll(() => remote.texts).toEqual(['hello']);
    const { from } = remote.heard[0]!;
    await expect(settings(app)).toContainText(new RegExp(`from \\S+:${from}`));
    remote.send('from the remote', from);
    other.send('from another one', from);
    await expect(received(app, 'from the remote')).toHaveCount(1);
    await expect(received(app, 'from another one')).toHaveCount(1);
    await pictures(app, 'udp-client');
    await app.setViewportSize({ width: 1024, height: 640 });
    await pictures(app, 'udp-client-small');
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await expect(settings(app)).toContainText('Closed the socket for');
  });

  test('that is connected hears only its remote, and is told that nobody is there', async ({
    app,
    peers,
  }) => {
    const [remote, other] = [await peers.datagrams(), await peers.datagrams()];
    const { port } = remote;
    await newClient(app, 'UDP', port);
    await openOptions(app, 'UDP');
    await app.getByRole('checkbox', { name: 'Connect the socket' }).check();
    await connect(app);
    await expect(settings(app)).toContainText(`Connected to 127.0.0.1:${port}`);
    await send(app, 'hello');
    await expect.poll(() => remote.texts).toEqual(['hello']);
    const { from } = remote.heard[0]!;
    other.send('not for you', from);
    remote.send('for you', from);
    await expect(received(app, 'for you')).toHaveCount(1);
    await expect(logRow(app, 'not for you')).toHaveCount(0);
    await remote.close();
    await send(app, 'anybody there?');
    await expect(logRow(app, 'ECONNREFUSED')).toHaveCount(1);
    await expect(settings(app)).toContainText(`Connected to 127.0.0.1:${port}`);
  });

  test('refuses a datagram that is too long, and names the limit', async ({ app, peers }) => {
    const remote = await peers.datagrams();
    await newClient(app, 'UDP', remote.port);
    await connect(app);
    await expect(settings(app)).toContainText('Sends to');
    await app.getByRole('textbox', { name: 'Message', exact: true }).fill('y'.repeat(65_508));
    await expect(app.getByText(/65,507 bytes/).first()).toBeVisible();
    await expect(app.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    await send(app, 'short');
    await expect.poll(() => remote.texts).toEqual(['short']);
    await expect(sent(app, 'short')).toHaveCount(1);
  });

  test('broadcasts when it is allowed to, and says how to allow it when it is not', async ({
    app,
    peers,
  }) => {
    test.skip(process.platform !== 'linux', 'only Linux has a broadcast address on its loopback interface');
    const hearer = await peers.datagrams('0.0.0.0');
    await newClient(app, 'UDP', hearer.port);
    await fill(app.getByRole('textbox', { name: 'Host', exact: true }), '127.255.255.255');
    await openOptions(app, 'UDP');
    await app.getByRole('checkbox', { name: 'Allow broadcast' }).uncheck();
    await connect(app);
    await send(app, 'hello all');
    await expect(logRow(app, 'EACCES')).toHaveCount(1);
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await app.getByRole('checkbox', { name: 'Allow broadcast' }).check();
    await connect(app);
    await send(app, 'hello everybody');
    await expect.poll(() => hearer.texts).toEqual(['hello everybody']);
  });

  test('talks to a listening ncat', async ({ app, run, peers }) => {
    needs('ncat');
    const port = await peers.freePort();
    const ncat = run('ncat', '-u', '-l', '-v', '127.0.0.1', String(port));
    await expect.poll(() => ncat.complaints).toContain('Listening on');
    await newClient(app, 'UDP', port);
    await connect(app);
    await send(app, 'to ncat\\n');
    await expect.poll(() => ncat.output).toBe('to ncat\n');
    ncat.write('from ncat\n');
    await expect(received(app, 'from ncat')).toHaveCount(1);
  });

  test('talks to a python3 server', async ({ app, run }) => {
    needs('python3');
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True:
    payload, peer = s.recvfrom(70000)
    s.sendto(b'OK...' + payload, peer)`;
    const python = run('python3', '-c', script);
    await expect.poll(() => python.output).toMatch(/^\d+\n$/);
    await newClient(app, 'UDP', Number(python.output));
    await connect(app);
    await send(app, 'ping');
    await expect(received(app, 'OK...ping')).toHaveCount(1);
  });
});

test('the UDP options are without a violation that axe knows, in both themes', async ({ app }) => {
  await newServer(app, 'UDP');
  await openOptions(app, 'UDP');
  await expectAccessibleInBothThemes(app, 'udp-options');
  await openOptions(app, 'Multicast');
  const group = app.getByRole('textbox', { name: 'Group', exact: true });
  await group.fill('192.0.2.1');
  await expect(app.getByRole('alert')).toBeVisible();
  await openOptions(app, 'Multicast');
  await expectAccessibleInBothThemes(app, 'udp-options-multicast');
  await app.setViewportSize({ width: 1024, height: 640 });
  await expectAccessibleInBothThemes(app, 'udp-options-small');
});
