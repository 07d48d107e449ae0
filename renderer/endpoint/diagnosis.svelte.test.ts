import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page } from 'vitest/browser';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import type { Finding } from '../../shared/network-facts.ts';
import { idle, listening, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

const failure = { code: 'EADDRINUSE', message: 'listen EADDRINUSE', subject: '127.0.0.1:9000' };
const failedServer: EndpointStatus = { ...listening, state: 'failed', local: null, failure };
const failedClient: EndpointStatus = {
  ...idle,
  state: 'failed',
  failure: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED', subject: '127.0.0.1:9000' },
};
const address = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
const owner: Finding = {
  kind: 'port-owner',
  address,
  process: { pid: 77, name: 'nginx', command: '' },
  isThisApp: false,
  endpoint: null,
};
const group = page.getByRole('group', { name: 'What was found out' });

async function openFailed(settings: EndpointSettings, status: EndpointStatus, findings: Finding[]) {
  const host = TestHost.with({ ...settings, name: 'echo lab' }, status);
  const done: string[] = [];
  host.more = {
    diagnose: () => {
      done.push('diagnose');
      return { findings };
    },
    startListening: () => {
      done.push('start');
      return address;
    },
    connect: () => void done.push('connect'),
    startWhenFree: () => void done.push('startWhenFree'),
    removeStaleSocket: () => void done.push('removeStaleSocket'),
  };
  const app = await openPage(host);
  return { host, app, done };
}

describe('the port doctor', () => {
  test('is asked once for a failure, however often it is told', async () => {
    const { host, done } = await openFailed(defaultListener(), failedServer, [owner]);
    await page.getByRole('button', { name: 'Why and what else' }).click();
    await expect.element(group).toHaveTextContent('127.0.0.1:9000 belongs to nginx (process 77)');
    for (let i = 0; i < 5; i++) {
      host.status = { ...failedServer, failure: { ...failure } };
      await host.summarize();
    }
    expect(done).toEqual(['diagnose']);
    await page.getByRole('button', { name: 'Look again' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'diagnose']));
  });

  test('says nothing without findings, and can be asked again', async () => {
    const { done } = await openFailed(defaultListener(), failedServer, []);
    await eventually(() => expect(done).toEqual(['diagnose']));
    await page.getByRole('button', { name: 'Why and what else' }).click();
    await expect.element(group.getByRole('heading')).toHaveTextContent('is already in use (EADDRINUSE)');
    await page.getByRole('button', { name: 'Look again' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'diagnose']));
  });

  test('puts the finding first, and keeps why and what else for who asks', async () => {
    const { app } = await openFailed(defaultListener(), failedServer, [
      owner,
      { kind: 'next-free-port', port: 9001 },
    ]);
    app.run('show-connection');
    await expect.element(group.getByRole('heading')).toHaveTextContent('belongs to nginx (process 77)');
    await expect.element(group.getByText('is already in use')).toBeVisible();
    const cause = group.getByText('already listens on this port', { exact: false });
    await expect.element(cause).not.toBeInTheDocument();
    await group.getByRole('button', { name: 'Why and what else' }).click();
    await expect.element(cause).toBeVisible();
    await expect.element(group.getByText('Port 9001 is free')).toBeVisible();
  });

  test('lets a client trust the authority that is kept here, and connects with it', async () => {
    const settings = { ...defaultClient(), transport: 'tls' } as const;
    const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    const refusal: EndpointStatus = { ...failedClient, failure: { code, message: '', subject: '' } };
    const { host, done } = await openFailed(settings, refusal, [
      { kind: 'known-authority', id: 'local', name: 'Socketscope' },
    ]);
    await page.getByRole('button', { name: 'Trust it here' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'connect']));
    expect(host.endpoints[0]!.settings).toMatchObject({ tls: { authority: 'local', verify: true } });
  });

  test('offers the next free port, and starts with it', async () => {
    const { host, done } = await openFailed(defaultListener(), failedServer, [
      owner,
      { kind: 'next-free-port', port: 9001 },
    ]);
    await page.getByRole('button', { name: 'Use port 9001' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'start']));
    expect(host.endpoints[0]!.settings).toMatchObject({ port: 9001 });
  });

  test('offers to wait for the port, once for all who have it', async () => {
    const { done } = await openFailed(defaultListener(), failedServer, [
      owner,
      { ...owner, address: { ...address, host: '::1', family: 'IPv6' } },
    ]);
    const wait = page.getByRole('button', { name: 'Start when it is free' });
    await wait.click();
    await eventually(() => expect(done).toContain('startWhenFree'));
    expect(wait.elements()).toHaveLength(1);
  });

  test('goes to the endpoint of this app that has the port', async () => {
    const { app, host } = await openFailed(defaultListener(), failedServer, [
      { ...owner, isThisApp: true, endpoint: 'lab' },
    ]);
    await expect.element(page.getByText('belongs to “echo lab” in this app')).toBeVisible();
    await page.getByRole('button', { name: 'Go to “echo lab”' }).click();
    expect(app.active?.id).toBe(host.endpoints[0]!.id);
  });

  test('removes a stale socket file, and starts', async () => {
    const settings = { ...defaultListener(), transport: 'unix', path: '/tmp/a' } as const;
    const { done } = await openFailed(settings, failedServer, [
      { kind: 'path', path: '/tmp/a', state: 'stale' },
    ]);
    await page.getByRole('button', { name: 'Remove the stale socket file and start' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'removeStaleSocket', 'start']));
  });

  test('connects to the address that answers', async () => {
    const { host, done } = await openFailed(
      { ...defaultClient(), host: '127.0.0.1', port: 9000 },
      failedClient,
      [
        {
          kind: 'listening-here',
          addresses: [{ host: '::1', port: 9000, family: 'IPv6' }, address],
          process: null,
        },
      ],
    );
    expect(page.getByRole('button', { name: /^Connect to 127/ }).elements()).toHaveLength(0);
    await page.getByRole('button', { name: 'Connect to [::1]:9000 instead' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'connect']));
    expect(host.endpoints[0]!.settings).toMatchObject({ host: '::1', port: 9000 });
  });

  test('gives a client another local port', async () => {
    const settings = { ...defaultClient(), localPort: 9000, host: '127.0.0.1' };
    const { host, done } = await openFailed(settings, failedClient, [{ kind: 'next-free-port', port: 9001 }]);
    await page.getByRole('button', { name: 'Use local port 9001' }).click();
    await eventually(() => expect(done).toEqual(['diagnose', 'connect']));
    expect(host.endpoints[0]!.settings).toMatchObject({ localPort: 9001 });
  });

  test('says that it looks when the answer takes time', async () => {
    const host = TestHost.with(defaultListener(), failedServer);
    let answer: (findings: Finding[]) => void = () => undefined;
    host.more = {
      diagnose: () => new Promise((resolve) => (answer = (findings) => resolve({ findings }))),
    };
    await openPage(host);
    await expect.element(page.getByText('Looking for the reason…')).toBeVisible();
    answer([owner]);
    await expect.element(page.getByText('belongs to nginx')).toBeVisible();
    await expect.element(page.getByText('Looking for the reason…')).not.toBeInTheDocument();
  });
});
