/** Item 7: what a web page elsewhere, and a user of this machine without the key, get from the host: nothing. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** A page of another site. To browsers localhost and 127.0.0.1 are as foreign as any two names. */
async function openHostilePage(page: Page, site: 'cross-site' | 'same-site'): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<title>elsewhere</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://${site === 'cross-site' ? 'localhost' : '127.0.0.1'}:${port}/`);
  return server;
}

type Tried = Record<string, string>;

/** Runs in the hostile page: what it learns of each attempt. */
async function attack({ origin, key }: { origin: string; key: string }): Promise<Tried> {
  const deadline = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('silence'), ms));
  const asked = (init: RequestInit, path = '/api/health') =>
    fetch(origin + path, init).then(
      async (response) => `${response.type} ${response.status} ${await response.text()}`,
      () => 'refused',
    );
  const element = (name: string, properties: object) =>
    new Promise<string>((resolve) => {
      const made = Object.assign(document.createElement(name), properties);
      made.onload = () => resolve('loaded');
      made.onerror = () => resolve('refused');
      document.body.append(made);
    });
  const framed = async () => {
    const frame = document.createElement('iframe');
    frame.src = `${origin}/#key=${key}`;
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    // A frame that was refused holds an error page of another origin, in which nothing can be read.
    return String(frame.contentDocument);
  };
  const socket = (address: string) =>
    Promise.race([
      new Promise<string>((resolve) => {
        const made = new WebSocket(address);
        made.onopen = () => resolve('open');
        made.onclose = () => resolve('refused');
      }),
      deadline(10_000),
    ]);
  const bearer = { Authorization: `Bearer ${key}` };
  return {
    fetch: await asked({}),
    'fetch with a bearer': await asked({ headers: bearer }),
    'fetch without cors': await asked({ mode: 'no-cors', credentials: 'include' }),
    'fetch of the page': await asked({ mode: 'no-cors' }, '/'),
    post: await asked({ method: 'POST', mode: 'no-cors', body: 'a=b' }),
    script: await element('script', { src: `${origin}/api/health` }),
    image: await element('img', { src: `${origin}/` }),
    frame: await framed(),
    socket: await socket(`${origin.replace('http', 'ws')}/channel`),
  };
}

for (const site of ['cross-site', 'same-site'] as const)
  test(`tells a ${site} page nothing, even one that has found the key`, async ({ page, host }) => {
    const server = await openHostilePage(page, site);
    const tried = await page.evaluate(attack, { origin: host.origin, key: host.key });
    expect(tried).toEqual({
      fetch: 'refused',
      'fetch with a bearer': 'refused',
      'fetch without cors': 'refused',
      'fetch of the page': 'refused',
      post: 'refused',
      script: 'refused',
      image: 'refused',
      frame: 'null',
      socket: 'refused',
    });
    server.closeAllConnections();
    server.close();
  });

test('opens from a link elsewhere, and leaves the other page no hold on it', async ({ page, host }) => {
  const server = await openHostilePage(page, 'cross-site');
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((address) => {
      Object.assign(window, { held: window.open(address) });
    }, host.url),
  ]);
  await expect(opened.getByRole('contentinfo', { name: 'Status' })).toContainText(/sockets? open/);
  expect(await opened.evaluate(() => window.opener as unknown)).toBeNull();
  const isSevered = () => page.evaluate(() => (window as unknown as { held: Window }).held.closed);
  await expect.poll(isSevered).toBe(true);
  server.closeAllConnections();
  server.close();
});

test('does not answer to another name of this machine', async ({ page, host }) => {
  const { port } = new URL(host.origin);
  // Browsers take every name below localhost to this machine, as a rebound name would be.
  const answer = await page.goto(`http://rebound.localhost:${port}/#key=${host.key}`);
  expect(answer!.status()).toBe(421);
  await expect(page.getByRole('heading')).toHaveText('This address is not served');
});

test('lets the page in while a user without the key holds all the connections that there are', async ({
  page,
  host,
}) => {
  const { port, host: name } = new URL(host.origin);
  const upgrade =
    `GET /channel HTTP/1.1\r\nHost: ${name}\r\nOrigin: ${host.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  const sockets = Array.from({ length: 600 }, (_, i) => {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    if (i % 3 > 0) socket.write(upgrade.slice(0, i % 3 === 1 ? 60 : undefined));
    return socket;
  });
  await page.goto(host.url);
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText(/sockets? open/);
  await page.getByRole('button', { name: 'Start the demo' }).click();
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('3 sockets open');
  for (const socket of sockets) socket.destroy();
});
