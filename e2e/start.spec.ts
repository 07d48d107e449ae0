/** Item 1: how the app starts, what it prints, and who is let in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { electronProgram } from './desktop.ts';
import { expect, startHost, test } from './fixtures.ts';

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
  expect(output).toMatch(/^Socketscope is ready at http:\/\/127\.0\.0\.1:\d+\/#key=\S+\n$/);
  expect(said.match(/^Starting for a browser instead of as a desktop app, because .+\.$/gm)).toHaveLength(1);
  await page.goto(/http\S+/.exec(output)![0]);
  await expect(page.getByRole('button', { name: 'New server' }).first()).toBeVisible();
  await page.close();
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('answers to monitoring with the key, and to nobody without', async ({ app, host }) => {
  const health = (key: string) =>
    fetch(`${host.origin}/api/health`, { headers: { authorization: `Bearer ${key}` } });
  expect((await fetch(`${host.origin}/api/health`)).status).toBe(401);
  expect((await health('wrong')).status).toBe(401);
  await app.getByRole('button', { name: 'Start the demo' }).click();
  await expect(app.getByRole('contentinfo', { name: 'Status' })).toContainText('3 sockets open');
  const answer = await health(host.key);
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
  await app.getByRole('button', { name: 'Start the demo' }).click();
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
