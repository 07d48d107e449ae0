/** Item 1: how the app starts, what it prints, and who is let in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { electronProgram } from './desktop.ts';
import { expect, picture, startHost, test } from './fixtures.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

test('falls back to a browser where the desktop app cannot run, and says why in one line', async ({
  page,
  dataFolder,
}) => {
  const hasDisplay = Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  test.skip(electronProgram !== null && hasDisplay, 'the desktop app can run here');
  const args = ['build/start.mjs', '--no-open', '--port', '0', '--data', dataFolder];
  const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let said = '';
  child.stdout.on('data', (text: Buffer) => (output += String(text)));
  child.stderr.on('data', (text: Buffer) => (said += String(text)));
  const ended = once(child, 'exit');
  await expect.poll(() => output, { timeout: 80_000 }).toContain('\n');
  expect(output).toMatch(/^Socketscope is ready at http:\/\/127\.0\.0\.1:\d+\/\?token=\S+\n$/);
  expect(said.match(/^Starting for a browser instead of as a desktop app, because .+\.$/gm)).toHaveLength(1);
  await page.goto(/http\S+/.exec(output)![0]);
  await expect(page.getByRole('button', { name: 'New server' }).first()).toBeVisible();
  await page.close();
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('prints one line when it is ready, and takes the token out of the address', async ({ app, host }) => {
  expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{22,}$/);
  await expect(app).toHaveURL(`${host.origin}/`);
  await expect(app.getByRole('contentinfo', { name: 'Status' })).toContainText('engine attached');
  const [cookie] = await app.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
});

test('lets the printed link open one browser, once', async ({ app, host, browser }) => {
  await app.reload();
  await expect(app.getByRole('contentinfo', { name: 'Status' })).toContainText('engine attached');
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  expect((await page.goto(host.url))!.status()).toBe(403);
  await expect(page.getByRole('heading')).toHaveText('This link has been used');
  await picture(page, 'start-link-used');
  expect((await page.goto(host.origin))!.status()).toBe(401);
  await expect(page.getByRole('heading')).toHaveText('This browser is not signed in');
  await stranger.close();
});

test('answers to monitoring with the token, and to nobody without', async ({ app, host }) => {
  const health = (token: string) =>
    fetch(`${host.origin}/api/health`, { headers: { authorization: `Bearer ${token}` } });
  expect((await fetch(`${host.origin}/api/health`)).status).toBe(401);
  expect((await health('wrong')).status).toBe(401);
  await app.getByRole('button', { name: 'Start an echo server and connect to it' }).click();
  await expect(app.getByRole('contentinfo', { name: 'Status' })).toContainText('3 sockets open');
  const answer = await health(host.token);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ openSockets: 3, version: expect.stringMatching(/^\d/) });
});

test('refuses a data folder that another one uses, and says what to do', async ({ host, dataFolder }) => {
  await expect(startHost(dataFolder)).rejects.toThrow(
    /Use the one that runs, end it, or start this one with another folder/,
  );
  expect(host.complaints()).toBe('');
});

test('ends within 3 s of a signal, whatever its sockets do', async ({ app, host, peers }) => {
  await app.getByRole('button', { name: 'Start an echo server and connect to it' }).click();
  await expect(app.getByRole('contentinfo', { name: 'Status' })).toContainText('3 sockets open');
  await app.getByRole('tab', { name: 'Echo server' }).click();
  const line = await app
    .getByText(/Listening on 127\.0\.0\.1:\d+/)
    .first()
    .innerText();
  const silent = await peers.connect(Number(/:(\d+)/.exec(line)![1]));
  silent.socket.pause();
  await app.close();
  const began = performance.now();
  expect(await host.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(3000);
});
