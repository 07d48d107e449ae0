/** The desktop shell, on Electron where its binary is present and on the double elsewhere (see desktop.ts). */
import { expect } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { launchDesktop, startAgain } from './desktop.ts';
import {
  clickMenu,
  echo,
  log,
  openedPage,
  quit,
  show,
  startEchoDemo,
  status,
  test,
} from './shell-fixtures.ts';
import { connect as connectClient, listen, newClient, newServer } from './steps.ts';

const tcpStandard = 'https://www.rfc-editor.org/rfc/rfc9293.html';

test('opens its page, which has no Node and only the port to the engine', async ({ desktop, page }) => {
  const seen = await page.evaluate(() => ({
    isSecure: isSecureContext,
    marker: Reflect.get(window, 'socketscopeDesktop') as unknown,
    node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
  }));
  expect(seen).toEqual({ isSecure: true, marker: true, node: [] });
  expect(await page.title()).toContain('Socketscope');
  const address = await desktop.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.getURL(),
  );
  expect(address).toBe('app://bundle/index.html');
});

test('echoes through real sockets', async ({ page }) => {
  await startEchoDemo(page);
  await echo(page, 'over the port');
});

test('runs menu commands in the page, whose shortcuts the menu shows', async ({ desktop, page }) => {
  await clickMenu(desktop, 'new-server');
  await expect(page.getByRole('tab')).toHaveCount(1);
  await page.keyboard.press('ControlOrMeta+Shift+E');
  await expect(page.getByRole('tab')).toHaveCount(2);
  await clickMenu(desktop, 'command-palette');
  await expect(page.getByRole('dialog')).toBeVisible();
  const accelerator = await desktop.evaluate(
    ({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('new-client')?.accelerator,
  );
  expect(accelerator).toBe('CommandOrControl+Shift+E');
});

test('runs a shortcut once, though page and menu both know it', async ({ page }) => {
  await page.keyboard.press('ControlOrMeta+Shift+S');
  await page.keyboard.press('ControlOrMeta+Shift+E');
  await expect(page.getByRole('tab')).toHaveCount(2);
  // Anything run twice would have come before the answer to this.
  await page.keyboard.press('ControlOrMeta+K');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await page.getByRole('tab', { includeHidden: true }).count()).toBe(2);
});

test('opens no window for the page, and outside only its own links', async ({ desktop, page }) => {
  await desktop.evaluate(({ shell }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'opened', opened);
    shell.openExternal = async (address) => void opened.push(address);
  });
  await page.evaluate((standard) => {
    window.open('https://example.invalid/from-a-capture');
    window.open('file:///etc/passwd');
    window.open(standard);
  }, tcpStandard);
  const opened = () => desktop.evaluate(() => Reflect.get(globalThis, 'opened') as string[]);
  await expect.poll(opened).toEqual([tcpStandard]);
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('says where a link leads when no browser takes it, and goes on', async ({ desktop, page }) => {
  await desktop.evaluate(({ shell, dialog }) => {
    const shown: string[] = [];
    Reflect.set(globalThis, 'shown', shown);
    shell.openExternal = () => Promise.reject(new Error('No application is registered.'));
    dialog.showErrorBox = (_title, content) => void shown.push(content);
  });
  await page.evaluate((standard) => void window.open(standard), tcpStandard);
  const shown = () => desktop.evaluate(() => Reflect.get(globalThis, 'shown') as string[]);
  await expect.poll(shown).toEqual([expect.stringContaining(tcpStandard)]);
  await startEchoDemo(page);
});

test('stays on its page whatever the page asks for', async ({ desktop, page }) => {
  await desktop.evaluate(({ BrowserWindow }) => {
    const asked: string[] = [];
    Reflect.set(globalThis, 'asked', asked);
    BrowserWindow.getAllWindows()[0]!.webContents.on('will-frame-navigate', ({ url }) => asked.push(url));
  });
  const before = page.url();
  const asked = () => desktop.evaluate(() => Reflect.get(globalThis, 'asked') as string[]);
  await page.evaluate(() => void (location.href = 'https://example.invalid/'));
  await expect.poll(asked).toEqual(['https://example.invalid/']);
  expect(page.url()).toBe(before);
  await startEchoDemo(page);
});

test('answers with a strict policy, which refuses inline scripts', async ({ page }) => {
  const policy = await page.evaluate(async () =>
    (await fetch(location.href)).headers.get('content-security-policy'),
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  const violated = await page.evaluate(() => {
    const violation = new Promise<string>((resolve) =>
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
        once: true,
      }),
    );
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    return violation;
  });
  expect(violated).toBe('script-src-elem');
  expect(await page.evaluate(() => 'injected' in globalThis)).toBe(false);
});

test('has no permission but writing to the clipboard', async ({ page }) => {
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'clipboard-read', 'clipboard-write'];
    const query = async (name: string) =>
      (await navigator.permissions.query({ name: name as PermissionName })).state;
    return Promise.all(names.map(query));
  });
  expect(states).toEqual(['denied', 'denied', 'denied', 'granted']);
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
});

test('keeps the sockets when the page reloads, and gives it a new port', async ({ page }) => {
  await startEchoDemo(page);
  await echo(page, 'before the reload');
  await page.reload();
  await expect(status(page)).toContainText('3 sockets open');
  await show(page, 'Echo client');
  await echo(page, 'after the reload');
  await expect(log(page).getByRole('row').filter({ hasText: 'before the reload' })).toHaveCount(2);
});

test('offers to reload a crashed page, whose sockets stay open', async ({ desktop, page }) => {
  await startEchoDemo(page);
  await desktop.evaluate(({ BrowserWindow, dialog }) => {
    const asked: string[] = [];
    Reflect.set(globalThis, 'asked', asked);
    // Electron overloads this function; the shell uses the form without a window.
    const answer = async (options: { message: string }) => {
      asked.push(options.message);
      return { response: 0, checkboxChecked: false };
    };
    dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
    BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer();
  });
  const asked = () => desktop.evaluate(() => Reflect.get(globalThis, 'asked') as string[]);
  await expect.poll(asked).toEqual(['The window stopped working.']);
  const said = () =>
    desktop.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.body.innerText'),
    );
  // Asking fails while the new page is on its way.
  await expect.poll(() => said().catch(() => '')).toContain('3 sockets open');
});

test('saves where the person chose, and nowhere when the dialog was cancelled', async ({
  desktop,
  page,
  dataFolder,
}) => {
  const file = join(dataFolder, 'chosen.txt');
  await startEchoDemo(page);
  await echo(page, 'to be saved');
  const answerSaveDialog = (filePath: string) =>
    desktop.evaluate(({ dialog }, path) => {
      const answer = async () => ({ canceled: path === '', filePath: path });
      dialog.showSaveDialog = answer as unknown as typeof dialog.showSaveDialog;
    }, filePath);
  await answerSaveDialog('');
  await clickMenu(desktop, 'save-text');
  await answerSaveDialog(file);
  await clickMenu(desktop, 'save-text');
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('to be saved');

  const packets = join(dataFolder, 'packets.json');
  await answerSaveDialog(packets);
  await clickMenu(desktop, 'import-messages');
  const dialog = page.getByRole('dialog', { name: 'Import and export' });
  const packet = { name: 'Time', hexstring: '41', tcporudp: 'UDP', toip: '::1', port: '5000', repeat: '2.5' };
  const buffer = Buffer.from(JSON.stringify([packet]));
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer });
  await dialog.getByRole('button', { name: 'Import 1' }).click();
  await expect(dialog).toHaveCount(0);
  await clickMenu(desktop, 'import-messages');
  await dialog.getByRole('button', { name: 'Packet Sender JSON' }).click();
  await expect
    .poll(() =>
      readFile(packets, 'utf8').then(
        (text): unknown => JSON.parse(text),
        () => null,
      ),
    )
    .toEqual([packet]);
});

test('opens workspaces by its own dialog, and those and captures that a start or the system names', async ({
  dataFolder,
}) => {
  const fileOf = async (name: string): Promise<string> => {
    const path = join(dataFolder, `${name}.socketscope.json`);
    const endpoints = [{ role: 'client', name }];
    await writeFile(path, JSON.stringify({ format: 'socketscope', version: 1, endpoints }));
    return path;
  };
  const [first, second, third] = [await fileOf('first'), await fileOf('second'), await fileOf('third')];
  const desktop = await launchDesktop(dataFolder, { file: first });
  const page = await openedPage(desktop);
  const foot = page.getByRole('button', { name: /^Workspace: / });
  await expect(foot).toHaveText('first');
  await desktop.evaluate(({ dialog }, path) => {
    const answer = async () => ({ canceled: false, filePaths: [path] });
    dialog.showOpenDialog = answer as unknown as typeof dialog.showOpenDialog;
  }, second);
  await clickMenu(desktop, 'open-workspace');
  await page.getByRole('button', { name: 'Open a file…' }).click();
  await expect(foot).toHaveText('second');
  await startAgain(dataFolder, { file: third });
  await expect(foot).toHaveText('third');
  // What runs is stopped only where the person says so.
  await newServer(page, 'TCP');
  await listen(page);
  await startAgain(dataFolder, { file: first });
  await expect(foot).toHaveText('third');
  await desktop.evaluate(({ dialog }) => {
    const answer = async () => ({ response: 0, checkboxChecked: false });
    dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
  });
  await startAgain(dataFolder, { file: first });
  await expect(foot).toHaveText('first');

  // A capture comes in beside what is there, is shown, and can be taken back.
  const lines = join(dataFolder, 'field.jsonl');
  const said = { time: '2026-11-28T10:00:00.000Z', endpoint: 'tcp://192.0.2.1:80', kind: 'received' };
  await writeFile(lines, JSON.stringify({ sequence: 0, ...said, connection: null, hex: '6869' }));
  const [folder, capture] = [join(dataFolder, 'field'), join(dataFolder, 'field.socketscope-capture')];
  const socketscope = (...args: string[]) =>
    execFileSync(process.execPath, ['out/headless/cli.js', ...args], { stdio: 'pipe' });
  socketscope('import', lines, '--to', folder);
  socketscope('export', folder, '--to', 'capture', '--out', capture);
  const captures = page.getByRole('navigation').getByRole('list', { name: 'Captures' });
  await startAgain(dataFolder, { file: capture });
  await expect(captures.getByRole('listitem')).toHaveCount(1);
  await expect(log(page)).toContainText('hi');
  await desktop.evaluate(({ app }, path) => {
    const open = app as unknown as { emit(name: string, event: object, path: string): void };
    open.emit('open-file', { preventDefault: () => undefined }, path);
  }, capture);
  await expect(captures.getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(captures.getByRole('listitem')).toHaveCount(1);
  await desktop.close();
  const again = await launchDesktop(dataFolder, { file: capture });
  const next = await openedPage(again);
  await expect(next.getByRole('tab', { selected: true })).toContainText('field');
  await expect(log(next)).toContainText('hi');
  await again.close();
});

test('keeps what Chromium needs apart from what was captured', async ({ desktop, dataFolder }) => {
  const folders = await desktop.evaluate(({ app }) => [app.getPath('userData'), app.getPath('sessionData')]);
  expect(folders).toEqual([dataFolder, join(dataFolder, 'chromium')]);
});

test('brings its window to the front when it is started again', async ({ dataFolder }) => {
  const desktop = await launchDesktop(dataFolder, { onX11: true });
  await openedPage(desktop);
  await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.minimize());
  const { code, stderr } = await startAgain(dataFolder, { onX11: true });
  expect(code).toBe(0);
  expect(stderr).toContain(dataFolder);
  const windows = () =>
    desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((it) => it.isMinimized()));
  await expect.poll(windows).toEqual([false]);
  await desktop.close();
});

test('quits within 3 s of a silent peer, with the capture complete', async ({ dataFolder }) => {
  const desktop = await launchDesktop(dataFolder);
  const page = await openedPage(desktop);
  await startEchoDemo(page);
  await echo(page, 'the last words');
  await show(page, 'Echo server');
  const port = Number(
    /:(\d+)/.exec(
      (await page
        .getByText(/Listening on/)
        .first()
        .innerText()) ?? '',
    )?.[1],
  );
  // It neither reads nor closes.
  const silent = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
  await once(silent, 'connect');
  silent.pause();
  const tookMs = await quit(desktop);
  expect(tookMs).toBeLessThan(3000);
  await desktop.close();
  silent.destroy();

  const again = await launchDesktop(dataFolder);
  const reopened = await openedPage(again);
  await show(reopened, 'Echo client');
  await expect(log(reopened).getByRole('row').filter({ hasText: 'the last words' })).toHaveCount(2);
  await again.close();
});

test('quits with sockets of every kind open: peers hear the end, ports are free, and no socket file stays', async ({
  dataFolder,
}) => {
  test.skip(process.platform === 'win32', 'Windows has named pipes in place of socket files');
  const desktop = await launchDesktop(dataFolder);
  const page = await openedPage(desktop);
  const path = join(dataFolder, 'demo.sock');
  await newServer(page, 'Unix', path);
  await listen(page);
  await newServer(page, 'TLS');
  const tlsPort = await listen(page);
  await newServer(page, 'UDP');
  const udpPort = await listen(page);
  await newClient(page, 'Unix', path);
  await connectClient(page);
  const overPath = connect({ path }).on('error', () => undefined);
  const overTls = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
  overTls.on('error', () => undefined);
  await Promise.all([once(overPath, 'connect'), once(overTls, 'secureConnect')]);
  // Three servers, a client, the two ends that it and this test made at the Unix server, and the one at the TLS server.
  await expect(status(page)).toContainText('7 sockets open');
  const ends = Promise.all([overPath, overTls].map((socket) => once(socket.resume(), 'close')));

  expect(await quit(desktop)).toBeLessThan(3000);
  await ends;
  expect(existsSync(path)).toBe(false);
  const [datagrams, stream] = [createSocket('udp4'), createServer()];
  datagrams.bind(udpPort, '127.0.0.1');
  stream.listen(tlsPort, '127.0.0.1');
  await Promise.all([once(datagrams, 'listening'), once(stream, 'listening')]);
  datagrams.close();
  stream.close();
  await desktop.close();
});

test('opens its window where it was closed', async ({ dataFolder }) => {
  const bounds = { x: 120, y: 80, width: 900, height: 640 };
  const first = await launchDesktop(dataFolder, { onX11: true });
  await openedPage(first);
  await first.evaluate(
    ({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]!.setBounds(place),
    bounds,
  );
  await first.close();
  const second = await launchDesktop(dataFolder, { onX11: true });
  await openedPage(second);
  expect(
    await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds()),
  ).toEqual(bounds);
  await second.close();
});

test('starts in its usual place when the saved one is damaged or off every screen', async ({
  dataFolder,
}) => {
  const faraway = { bounds: { x: 90_000, y: 90_000, width: 900, height: 640 }, maximized: false };
  await writeFile(join(dataFolder, 'window.json'), JSON.stringify(faraway));
  const desktop = await launchDesktop(dataFolder, { onX11: true });
  await openedPage(desktop);
  const shown = () =>
    desktop.evaluate(({ BrowserWindow, screen }) => {
      const { x, y } = BrowserWindow.getAllWindows()[0]!.getNormalBounds();
      return screen
        .getAllDisplays()
        .some(
          ({ workArea: { x: left, y: top, width, height } }) =>
            x >= left && x < left + width && y >= top && y < top + height,
        );
    });
  expect(await shown()).toBe(true);
  await desktop.close();
});
