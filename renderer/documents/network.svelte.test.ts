import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import type { NetworkFacts } from '../../shared/network-facts.ts';
import { listening, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

const local = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
const facts: NetworkFacts = {
  hostName: 'lab\u0007host',
  interfaces: [
    {
      name: 'eth0',
      mac: '02:fc:00:00:00:01',
      internal: false,
      addresses: [{ host: '192.168.1.20', family: 'IPv4', netmask: '255.255.255.0' }],
    },
  ],
  nameServers: ['10.0.0.53'],
  sockets: [
    { endpoint: 'lab', transport: 'tcp', kind: 'listener', local, remote: null, state: 'listening' },
    {
      endpoint: 'lab',
      transport: 'tcp',
      kind: 'connection',
      local,
      remote: local,
      state: 'half-closed-by-us',
    },
    { endpoint: 'lab', transport: 'udp', kind: 'udp', local, remote: null, state: 'listening' },
  ],
  omittedSockets: 5,
};

async function openFacts() {
  const host = TestHost.with({ ...defaultListener(), name: 'echo lab' }, listening);
  const asked: string[] = [];
  host.more = {
    networkFacts: () => {
      asked.push('facts');
      return facts;
    },
    resolveName: (name) => {
      asked.push(name);
      return [
        { question: 'system', answers: ['10.1.1.1'], code: null, durationMs: 2 },
        { question: 'A', answers: ['10.1.1.2', '10.1.1.3'], code: null, durationMs: 30 },
        { question: 'AAAA', answers: [], code: 'ENODATA', durationMs: 31 },
      ];
    },
  };
  const app = await openPage(host);
  await page.getByRole('button', { name: /sockets? open$/ }).click();
  await expect.element(page.getByRole('tab', { name: 'Network facts' })).toBeVisible();
  return { app, asked, host };
}

/** The cells of a table's rows, its heading left out. */
const cells = (name: string) =>
  [...page.getByRole('table', { name }).element().querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent.replaceAll(/\s+/g, ' ').trim()),
  );

describe('the network facts', () => {
  test('are this machine, its interfaces and the open sockets', async () => {
    await openFacts();
    await eventually(() =>
      expect(cells('Interfaces')).toEqual([['eth0', '192.168.1.20', '255.255.255.0', '02:fc:00:00:00:01']]),
    );
    expect(cells('Open sockets of this app')).toEqual([
      ['echo lab', 'tcp', '127.0.0.1:9000', '–', 'listening'],
      ['echo lab', 'tcp', '127.0.0.1:9000', '127.0.0.1:9000', 'half-closed by us'],
      ['echo lab', 'udp', '127.0.0.1:9000', '–', 'bound'],
    ]);
    await expect.element(page.getByText('and 5 more')).toBeVisible();
    await expect.element(page.getByText('lab\\x07host')).toBeVisible();
    await expect.element(page.getByText('10.0.0.53')).toBeVisible();
  });

  test('tell what a name resolves to, by each question', async () => {
    const { asked } = await openFacts();
    await page.getByRole('textbox', { name: 'Name' }).fill('example.test');
    await userEvent.keyboard('{Enter}');
    await eventually(() =>
      expect(cells('What a name resolves to')).toEqual([
        ['this system', '10.1.1.1', '2.0 ms'],
        ['DNS A (IPv4)', '10.1.1.2, 10.1.1.3', '30 ms'],
        ['DNS AAAA (IPv6)', '✕ the name exists, but has no address of this family (ENODATA)', '31 ms'],
      ]),
    );
    await page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(() => expect(asked).toEqual(['facts', 'example.test', 'facts', 'example.test']));
  });

  test('refuse what is no name, at its field', async () => {
    const { asked } = await openFacts();
    await page.getByRole('textbox', { name: 'Name' }).fill('no name');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('alert')).toBeVisible();
    expect(asked).toEqual(['facts']);
  });

  test('lead to the endpoint of a socket', async () => {
    const { app } = await openFacts();
    app.closeTab('lab');
    await page.getByRole('button', { name: 'Go to echo lab' }).first().click();
    expect(app.active?.id).toBe('lab');
    expect(app.tabs.map(({ id }) => id)).toEqual(['network', 'lab']);
  });

  test('are a tab like others: in the list of tabs, kept, and closed by a key', async () => {
    const { app, host } = await openFacts();
    await page.getByRole('button', { name: 'All tabs' }).click();
    await expect.element(page.getByRole('option', { name: 'Network facts' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await eventually(() =>
      expect(host.layout).toMatchObject({ openTabs: ['lab', 'network'], activeTab: 'network' }),
    );
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await eventually(() => expect(app.active?.id).toBe('lab'));
    await expect.element(page.getByRole('tab', { name: 'Network facts' })).not.toBeInTheDocument();
  });

  test('come back with the window', async () => {
    const host = TestHost.with(defaultListener(), listening);
    host.layout = { ...host.layout, openTabs: ['lab', 'network'], activeTab: 'network' };
    host.more = { networkFacts: () => facts };
    await openPage(host);
    await expect.element(page.getByRole('tab', { name: 'Network facts', selected: true })).toBeVisible();
    await expect.element(page.getByRole('table', { name: 'Interfaces' })).toBeVisible();
  });
});
