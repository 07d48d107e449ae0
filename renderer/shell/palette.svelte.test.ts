import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import type { AppState } from '../state/app.svelte.ts';
import { paletteRows } from '../state/palette-rows.ts';
import { eventually } from '../testing/eventually.ts';
import { connected, idle, listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

const stopped = { ...listening, state: 'stopped', local: null } as const;
const refused = { code: 'ECONNREFUSED', message: '', subject: '' };
const server = defaultListener();
const client = defaultClient();

type State = {
  settings?: EndpointSettings;
  status?: EndpointStatus;
  peers?: number;
  ran?: EndpointSettings;
  then?: (app: AppState, host: TestHost) => void;
};

const states: [name: string, state: State, first: string][] = [
  ['at the start', {}, 'Start an echo server and connect to it'],
  ['a server is stopped', { settings: server, status: stopped }, 'Start listening'],
  ['a server listens', { settings: server, status: listening }, 'Connect a client to Server 9000'],
  ['a server has peers', { settings: server, status: listening, peers: 2 }, 'Go to the message'],
  [
    'a server was edited',
    { settings: { ...server, port: 9001 }, status: listening, ran: server },
    'Restart listening',
  ],
  [
    'a server could not start',
    {
      settings: server,
      status: { ...stopped, state: 'failed', failure: { ...refused, code: 'EADDRINUSE' } },
    },
    'Start listening',
  ],
  ['a client is closed', { settings: client, status: idle }, 'Connect'],
  ['a client connects', { settings: client, status: { ...idle, state: 'connecting' } }, 'Disconnect'],
  ['a client is open', { settings: client, status: connected }, 'Go to the message'],
  [
    'a client failed',
    { settings: client, status: { ...idle, state: 'failed', failure: refused } },
    'Connect',
  ],
  ['a client was edited', { settings: { ...client, port: 7 }, status: connected, ran: client }, 'Reconnect'],
  [
    'a message is written',
    { settings: client, status: connected, then: (app) => (app.active!.composer.draft = 'hello') },
    'Send',
  ],
  ['the engine is lost', { then: (_, host) => host.loseChannel() }, 'Attach to the engine again'],
];

describe('the first row of the palette, when', () => {
  test.each(states)('%s', async (_, { settings, status, peers = 0, ran, then }, first) => {
    const host = settings && status ? TestHost.with(settings, status) : new TestHost();
    if (ran) host.ran = ran;
    host.peers = Array.from({ length: peers }, (_each, index) => peer(index + 1));
    const app = await openPage(host);
    then?.(app, host);
    await eventually(() => expect(paletteRows(app, '')[0]?.name).toBe(first));
  });
});

test('an address that is typed is connected to, and a number goes to that record', async () => {
  const host = TestHost.with(client, idle);
  const app = await openPage(host);
  await userEvent.keyboard('{Control>}k{/Control}');
  await userEvent.keyboard('192.0.2.7:5502');
  await expect
    .element(page.getByRole('dialog').getByRole('option').first())
    .toHaveTextContent('Connect to 192.0.2.7:5502');
  await userEvent.keyboard('{Enter}');
  await eventually(() => expect(app.active?.settings).toMatchObject({ host: '192.0.2.7', port: 5502 }));
  paletteRows(app, '#12')[0]!.run();
  expect(app.active?.selected).toBe(12);
});

test('what was used comes before the rest, and what is not possible says why', async () => {
  const host = TestHost.with(client, idle);
  const app = await openPage(host);
  await userEvent.keyboard('{Control>}k{/Control}');
  await userEvent.keyboard('theme light{Enter}');
  await eventually(() => expect(host.preferences).toMatchObject({ theme: 'light', recent: ['theme-light'] }));
  expect(
    paletteRows(app, '')
      .slice(0, 2)
      .map(({ key }) => key),
  ).toEqual(['connect', 'theme-light']);
  expect(paletteRows(app, 'start listening').find(({ key }) => key === 'start-listening')?.why).toBe(
    'this is a client',
  );
  expect(paletteRows(app, 'new echo')[0]?.detail).toContain('comes back to it');
});

test('every group of options and every option lead to their place in the set-up', async () => {
  const app = await openPage(TestHost.with({ ...client, transport: 'tls' }, idle));
  const run = (query: string) => paletteRows(app, query)[0]!.run();
  expect(paletteRows(app, 'options timeouts')[0]?.name).toBe('Options: Timeouts');
  run('options timeouts');
  await expect.element(page.getByRole('button', { name: 'Timeouts', exact: true })).toHaveFocus();
  await expect.element(page.getByRole('textbox', { name: 'Connect timeout (ms)' })).toBeVisible();
  run('tcp probe silent');
  await expect.element(page.getByRole('checkbox', { name: 'Probe silent connections' })).toHaveFocus();
  run('trusted authorities');
  await expect.element(page.getByRole('combobox', { name: 'Trusted authorities' })).toHaveFocus();
});

test('what the settings hold is reached by its name', async () => {
  const app = await openPage(new TestHost());
  const names = paletteRows(app, 'settings').map(({ name }) => name);
  for (const name of ['Keep free on the disk', 'Data folder', 'About'])
    expect(names).toContain(`Settings: ${name}`);
});

test('what is typed before the palette is there is in it, and Enter behind it counts', async () => {
  const app = await openPage(new TestHost());
  const press = (key: string, ctrlKey = false) =>
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }),
    );
  press('k', true);
  for (const key of '10.0.0.7') press(key);
  await expect.element(page.getByRole('combobox', { name: 'Command palette' })).toHaveValue('10.0.0.7');
  await userEvent.keyboard('{Escape}');
  await eventually(() => expect(app.sheet).toBe(null));
  press('k', true);
  for (const key of ['n', 'e', 'w', ' ', 's', 'e', 'r', 'v', 'e', 'r', 'Enter']) press(key);
  await eventually(() => expect(app.endpoints).toHaveLength(1));
  expect(app.sheet).toBe(null);
});
