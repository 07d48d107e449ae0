import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import type { ClientSettings, ListenerSettings, Transport } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { connected, idle, leaf, listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const host = page.getByRole('textbox', { name: 'Host', exact: true });
const path = page.getByRole('textbox', { name: 'Path' });
const start = page.getByRole('button', { name: 'Start listening' });
const send = page.getByRole('button', { name: 'Send', exact: true });
const stopped = { ...listening, state: 'stopped', local: null } as const;
const server = (transport: Transport): ListenerSettings => ({ ...defaultListener(), transport });
const client = (transport: Transport): ClientSettings => ({ ...defaultClient(), transport });
const udpFacts = { receiveBufferBytes: 425_984, sendBufferBytes: 212_992, receiveBufferLimit: 212_992 };
const tls = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_128_GCM_SHA256',
  alpn: 'h2',
  servername: null,
  isReused: false,
  isVerified: true,
  verifyCode: null,
} as const;

afterEach(closePages);

describe('the transport', () => {
  test('is chosen by mouse or arrow keys, and a Unix socket has a path in place of host and port', async () => {
    const engine = TestHost.with(server('tcp'), stopped);
    await openPage(engine);
    await page.getByRole('radio', { name: 'UDP' }).click();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(path).toHaveValue('/tmp/demo.sock');
    await expect.element(host).not.toBeInTheDocument();
    await expect
      .element(page.getByRole('button', { name: /demo\.sock .*unix \/tmp\/demo\.sock/ }))
      .toBeVisible();
    await eventually(() => expect(engine.endpoints[0]!.settings.transport).toBe('unix'));
  });

  test('of a running socket changes with its next start, and until then the list says what runs', async () => {
    const engine = TestHost.with(server('tcp'), listening);
    await openPage(engine);
    await page.getByRole('radio', { name: 'TLS' }).click();
    await eventually(() => expect(engine.endpoints[0]!.settings.transport).toBe('tls'));
    await engine.summarize();
    await expect.element(page.getByText('Not applied until the next start.')).toBeVisible();
    await expect.element(page.getByText(':9000', { exact: true })).toBeVisible();
  });

  test('comes along with a URL in the host box, and with one in the path box', async () => {
    const engine = TestHost.with(client('tcp'), idle);
    await openPage(engine);
    await host.fill('tls://example.org:8443');
    await userEvent.keyboard('{Enter}');
    await eventually(() =>
      expect(engine.endpoints[0]!.settings).toMatchObject({
        transport: 'tls',
        host: 'example.org',
        port: 8443,
      }),
    );
    await host.fill('unix:///run/app.sock');
    await userEvent.keyboard('{Enter}');
    await expect.element(path).toHaveValue('/run/app.sock');
  });

  test('a path that cannot be one is refused at its place, and nothing starts with the older one', async () => {
    await openPage(TestHost.with({ ...server('unix'), path: '/tmp/a.sock' }, stopped));
    await path.fill('');
    await expect.element(page.getByText('A path is needed', { exact: false })).toBeVisible();
    await expect.element(start).toBeDisabled();
    await path.fill(`/tmp/${'x'.repeat(103)}`);
    await expect.element(page.getByText('at most 107 bytes', { exact: false })).toBeVisible();
  });
});

describe('what the status line says', () => {
  test('tells who ended the connection of a client, and how', async () => {
    const engine = TestHost.with(client('tcp'), idle);
    await openPage(engine);
    const closed = { ...connected, state: 'closed' } as const;
    for (const [status, sentence] of [
      [{ ...closed, ended: { by: 'us', how: 'close' } }, 'Closed the connection to'],
      [{ ...closed, ended: { by: 'us', how: 'reset' } }, 'Reset the connection to'],
      [{ ...closed, ended: { by: 'us', how: 'finish' } }, 'Both sides finished:'],
      [{ ...closed, ended: { by: 'peer', how: 'finish' } }, 'Ended by the peer:'],
      [{ ...closed, ended: { by: 'peer', how: 'close' } }, 'Ended by the peer:'],
      [{ ...closed, remote: null, ended: { by: 'us', how: 'close' } }, 'Cancelled connecting to'],
    ] as const) {
      engine.status = status;
      await engine.summarize();
      await expect.element(page.getByText(`${sentence} 127.0.0.1:9000`)).toBeVisible();
    }
  });

  test('a server that waits for its port can be cancelled', async () => {
    const engine = TestHost.with(server('tcp'), { ...stopped, state: 'waiting' });
    await openPage(engine);
    await expect.element(page.getByText('Waiting until it is free:')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await eventually(() => expect(engine.asked.map(({ name }) => name)).toEqual(['stopListening']));
  });

  test('a UDP socket tells which buffer was granted, how to raise it, and what was lost', async () => {
    const engine = TestHost.with(server('udp'), { ...listening, udp: udpFacts });
    engine.lost = 12;
    await openPage(engine);
    await expect.element(page.getByText('Bound to')).toBeVisible();
    await expect.element(page.getByText('receive buffer 426 KB, 4.19 MB asked for')).toBeVisible();
    await expect.element(page.getByText('· 12 datagrams lost', { exact: true })).toBeVisible();
    await expect.element(page.getByText('12 datagrams lost before capture')).toBeVisible();
    await expect.element(page.getByText('0 captured · 12 lost')).toBeVisible();
    await page.getByRole('button', { name: 'how to raise it' }).click();
    await expect.element(page.getByText('sysctl -w net.core.rmem_max=4194304')).toBeVisible();
  });

  test('where the system does not tell of losses, they are unknown and not zero', async () => {
    const engine = TestHost.with(server('udp'), {
      ...listening,
      udp: { ...udpFacts, receiveBufferLimit: null, receiveBufferBytes: 4_194_304 },
    });
    engine.lost = null;
    await openPage(engine);
    await expect.element(page.getByText('captured · losses unknown')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'how to raise it' })).not.toBeInTheDocument();
  });

  test('a secured connection tells what was agreed on, and stays marked where it was not verified', async () => {
    const engine = TestHost.with(client('tls'), { ...connected, notVerified: 'CERT_HAS_EXPIRED' });
    engine.peers = [{ ...peer(1), tls: { ...tls, isVerified: false, verifyCode: 'CERT_HAS_EXPIRED' } }];
    await openPage(engine);
    await expect.element(page.getByText('TLS_AES_128_GCM_SHA256')).toBeVisible();
    await expect.element(page.getByText('ALPN h2')).toBeVisible();
    await expect.element(page.getByText('not verified: CERT_HAS_EXPIRED')).toBeVisible();
    await expect.element(page.getByText('verified', { exact: true })).not.toBeInTheDocument();
  });

  test('a refused certificate is shown with what is wrong with it, and one can connect anyway', async () => {
    const engine = TestHost.with(client('tls'), {
      ...idle,
      state: 'failed',
      failure: { code: 'CERT_HAS_EXPIRED', message: '', subject: 'lab.example:443' },
      refusedChain: [leaf],
    });
    await openPage(engine);
    await page.getByRole('button', { name: 'Why and what else' }).click();
    const chain = page.getByRole('list', { name: 'Certificate chain' });
    await expect.element(chain).toHaveTextContent('CN=lab.example');
    await expect.element(chain).toHaveTextContent('2021-01-01 00:00:00 UTC · expired');
    await page.getByRole('button', { name: 'Connect anyway' }).click();
    await eventually(() => expect(engine.asked).toEqual([{ name: 'connectAnyway', args: ['lab'] }]));
  });
});

describe('datagrams', () => {
  test('an empty one can be sent where it is asked for', async () => {
    const engine = TestHost.with(client('udp'), connected);
    await openPage(engine);
    await expect.element(send).toBeDisabled();
    await page.getByRole('button', { name: 'More to send' }).click();
    await page.getByRole('menuitem', { name: 'Send an empty datagram' }).click();
    await eventually(() => expect(engine.sent).toEqual([{ target: 'all', bytes: [] }]));
  });

  test('of a stream nothing is sent where nothing is written', async () => {
    await openPage(TestHost.with(client('tcp'), connected));
    await expect.element(send).toBeDisabled();
  });

  test('go to an address that is typed, before anybody was heard of', async () => {
    const engine = TestHost.with(server('udp'), { ...listening, udp: udpFacts });
    await openPage(engine);
    await expect.element(page.getByText('Nobody was heard of yet', { exact: false })).toBeVisible();
    await page.getByRole('combobox', { name: 'To' }).selectOptions('Another address…');
    const address = page.getByRole('textbox', { name: 'Address to send to' });
    await expect.element(send).toBeDisabled();
    await address.fill('[::1]:5353');
    await userEvent.keyboard('{Enter}');
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('x');
    await send.click();
    await eventually(() =>
      expect(engine.sent).toEqual([{ target: { host: '::1', port: 5353 }, bytes: [0x78] }]),
    );
  });

  test('a socket that is connected to its remote sends nowhere else', async () => {
    const settings = client('udp');
    await openPage(TestHost.with({ ...settings, udp: { ...settings.udp, connected: true } }, connected));
    await expect.element(page.getByRole('combobox', { name: 'To' })).not.toBeInTheDocument();
  });

  test('their senders are listed with when they were heard last, and are forgotten rather than closed', async () => {
    const engine = TestHost.with(server('udp'), { ...listening, udp: udpFacts });
    engine.peers = [{ ...peer(1), lastSeenAt: Date.now() - 5000 }];
    await openPage(engine);
    await expect.element(page.getByText(/seen \d s ago/)).toBeVisible();
    await page.getByRole('button', { name: 'More for 127.0.0.1:50001' }).click();
    await expect.element(page.getByRole('menuitem', { name: /^Reset/ })).not.toBeInTheDocument();
    await page.getByRole('menuitem', { name: /^Forget/ }).click();
    await eventually(() => expect(engine.ended).toEqual([{ target: [1], how: 'close' }]));
  });
});

describe('reading', () => {
  test('of one peer is stopped and taken up again from its menu', async () => {
    const engine = TestHost.with(server('tcp'), listening);
    engine.peers = [peer(1), { ...peer(2), isReading: false }];
    await openPage(engine);
    await expect.element(page.getByText('reading stopped')).toBeVisible();
    await page.getByRole('button', { name: 'More for 127.0.0.1:50001' }).click();
    await page.getByRole('menuitem', { name: /^Stop reading/ }).click();
    await page.getByRole('button', { name: 'More for 127.0.0.1:50002' }).click();
    await page.getByRole('menuitem', { name: /^Read again/ }).click();
    await eventually(() =>
      expect(engine.asked.map(({ args }) => args)).toEqual([
        ['lab', [1], false],
        ['lab', [2], true],
      ]),
    );
  });

  test('of a client is stopped from the menu beside Disconnect', async () => {
    const engine = TestHost.with(client('tcp'), connected);
    engine.peers = [peer(1)];
    await openPage(engine);
    await page.getByRole('button', { name: 'How to end the connection' }).click();
    await page.getByRole('menuitem', { name: /^Stop reading/ }).click();
    await eventually(() => expect(engine.asked[0]!.args).toEqual(['lab', 'all', false]));
  });
});
