/** What the desktop shell owes to the system around it: its window, its signals, its end, and what goes wrong. */
import { expect } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { electronProgram, launchDesktop, startAgain } from './desktop.ts';
import type { DesktopApp } from './double/launch.ts';
import { clickMenu, echo, log, openedPage, show, startEchoDemo, status, test } from './shell-fixtures.ts';

// Many of these start the app twice.
test.slow();

const isVisible = (desktop: DesktopApp) =>
  desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));

/** Puts an answer in the place of the person at a message box; what was asked is kept. */
const answerMessages = (desktop: DesktopApp, response: number) =>
  desktop.evaluate(({ dialog }, answer) => {
    const asked: { message: string; detail: string }[] = [];
    Reflect.set(globalThis, 'asked', asked);
    // Electron overloads this function; the shell uses the form without a window.
    const ask = async ({ message, detail = '' }: { message: string; detail?: string }) => {
      asked.push({ message, detail });
      // Nobody answers a second time.
      if (asked.length > 1) await new Promise(() => undefined);
      return { response: answer, checkboxChecked: false };
    };
    dialog.showMessageBox = ask as unknown as typeof dialog.showMessageBox;
  }, response);
const asked = (desktop: DesktopApp) =>
  desktop.evaluate(() => Reflect.get(globalThis, 'asked') as { message: string; detail: string }[]);

/** A client of the echo server's; the promise resolves when the server has ended the connection. */
async function peerOfEchoServer(page: Parameters<typeof show>[0]): Promise<{ ended: Promise<unknown> }> {
  await show(page, 'Echo server');
  const line = await page
    .getByText(/Listening on/)
    .first()
    .innerText();
  const socket = connect({ port: Number(/:(\d+)/.exec(line)![1]), host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { ended: once(socket.resume(), 'close') };
}

/** What the client's log shows of a text after the next start. */
async function keptOf(dataFolder: string, text: string): Promise<void> {
  const again = await launchDesktop(dataFolder);
  const page = await openedPage(again);
  await show(page, 'Echo client');
  await expect(log(page).getByRole('row').filter({ hasText: text })).toHaveCount(2);
  await again.close();
}

test('shows its window on Wayland, where nothing is ever ready for a hidden one', async ({ desktop }) => {
  await expect.poll(() => isVisible(desktop)).toEqual([true]);
});

test('shows a page that fails to load with what happened, and tries again', async ({ desktop, page }) => {
  await expect(status(page)).toBeVisible();
  await answerMessages(desktop, 0);
  await desktop.evaluate(({ BrowserWindow, protocol }) => {
    protocol.unhandle('app');
    protocol.handle('app', () => Promise.reject(new Error('the package is damaged')));
    BrowserWindow.getAllWindows()[0]!.webContents.reload();
  });
  await expect.poll(() => asked(desktop).then((all) => all.length)).toBe(2);
  const [first] = await asked(desktop);
  expect(first!.message).toBe('The window cannot show its page.');
  expect(first!.detail).toMatch(/ERR_\w+/);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`ends in order on ${signal}, and on a second one while it ends`, async ({ dataFolder }) => {
    test.skip(process.platform === 'win32', 'Windows has no signals');
    const desktop = await launchDesktop(dataFolder);
    const page = await openedPage(desktop);
    await startEchoDemo(page);
    await echo(page, 'before the signal');
    const ended = once(desktop.process(), 'exit');
    desktop.process().kill(signal);
    desktop.process().kill(signal);
    expect(await ended).toEqual([0, null]);
    await keptOf(dataFolder, 'before the signal');
  });

for (const kind of ['thrown', 'rejection'] as const)
  test(`ends in order when nobody caught an error (${kind}): told once, the capture complete`, async ({
    dataFolder,
  }) => {
    const desktop = await launchDesktop(dataFolder);
    const page = await openedPage(desktop);
    await startEchoDemo(page);
    await echo(page, 'before the fault');
    const { ended: peerEnded } = await peerOfEchoServer(page);
    let said = '';
    desktop.process().stderr?.on('data', (text: Buffer) => (said += String(text)));
    const ended = once(desktop.process(), 'exit');
    await desktop.evaluate(({ dialog }, isRejection) => {
      dialog.showErrorBox = (title) => console.error(`told: ${title}`);
      const fail = () => {
        throw new Error('planted');
      };
      setTimeout(() => (isRejection ? void Promise.reject(new Error('planted')) : fail()));
      setTimeout(fail);
    }, kind === 'rejection');
    await peerEnded;
    expect(await ended).toEqual([1, null]);
    expect(said.match(/^told: .*$/gm)).toEqual(['told: Socketscope has to end']);
    expect(said).toContain('Error: planted');
    await keptOf(dataFolder, 'before the fault');
  });

test('says on quitting that not all is on the disk, how much is, and ends with 1', async ({ dataFolder }) => {
  const desktop = await launchDesktop(dataFolder);
  const page = await openedPage(desktop);
  await startEchoDemo(page);
  let said = '';
  desktop.process().stderr?.on('data', (text: Buffer) => (said += String(text)));
  const ended = once(desktop.process(), 'exit');
  await rm(join(dataFolder, 'captures'), { recursive: true });
  await desktop.evaluate(({ app, dialog }) => {
    dialog.showErrorBox = (title, content) => console.error(`told: ${title}: ${content}`);
    setTimeout(() => app.quit());
  });
  expect(await ended).toEqual([1, null]);
  expect(said.match(/^told: .*$/gm)).toEqual([
    expect.stringMatching(
      /^told: Not all that was captured is on the disk: .*\(CAPTURE_GONE\).* are in the files/,
    ),
  ]);
  expect(said).toContain(dataFolder);
});

test('says of an error that nobody caught no more than is true of the captures', async ({ dataFolder }) => {
  const desktop = await launchDesktop(dataFolder);
  const page = await openedPage(desktop);
  await startEchoDemo(page);
  let said = '';
  desktop.process().stderr?.on('data', (text: Buffer) => (said += String(text)));
  const ended = once(desktop.process(), 'exit');
  await rm(join(dataFolder, 'captures'), { recursive: true });
  await desktop.evaluate(({ dialog }) => {
    dialog.showErrorBox = (_title, content) => console.error(`told: ${content}`);
    setTimeout(() => {
      throw new Error('planted');
    });
  });
  expect(await ended).toEqual([1, null]);
  expect(said).toMatch(/^told: .*Not all that was captured is on the disk: .*\(CAPTURE_GONE\)/m);
  expect(said).not.toContain('brought to disk');
});

test('tells whoever started it that it has said itself why it cannot start', async ({ dataFolder }) => {
  test.skip(electronProgram !== null, 'nobody is there to close the real dialog');
  const host = spawn(process.execPath, ['out/headless/serve.js', '--no-open', '--data', dataFolder]);
  await once(host.stdout, 'data');
  const { code, stderr } = await startAgain(dataFolder);
  expect(stderr).toContain('Quit that one first');
  expect(code).toBe(3);
  host.kill();
  await once(host, 'exit');
});

test('ends its sockets and completes its captures when the person logs off', async ({ desktop, page }) => {
  await startEchoDemo(page);
  const { ended } = await peerOfEchoServer(page);
  const left = once(desktop.process(), 'exit');
  // Windows alone tells it, and then quits nothing.
  await desktop.evaluate(({ BrowserWindow }) => {
    const reasons = { reasons: ['logoff'] };
    BrowserWindow.getAllWindows()[0]!.emit('session-end', reasons);
  });
  await ended;
  expect(await left).toEqual([0, null]);
});

test('keeps Ctrl+W from closing the window, and with it every socket: it closes the tab', async ({
  desktop,
  page,
}) => {
  test.skip(process.platform === 'darwin', 'on macOS the app lives on without a window');
  await startEchoDemo(page);
  await expect(page.getByRole('tab')).toHaveCount(2);
  await page.keyboard.press('Control+W');
  await expect(page.getByRole('tab')).toHaveCount(1);
  expect(await isVisible(desktop)).toEqual([true]);
  await expect(status(page)).toContainText('3 sockets open');
});

test('offers to cut, copy and paste where a text field is clicked, as far as it can', async ({
  desktop,
  page,
}) => {
  await desktop.evaluate(({ Menu }) => {
    Reflect.set(globalThis, 'menus', []);
    Menu.prototype.popup = function (this: typeof Menu.prototype) {
      const shown = this.items.filter(({ enabled, role }) => enabled && role).map(({ role }) => role);
      (Reflect.get(globalThis, 'menus') as unknown[]).push(shown);
    };
  });
  const menus = () => desktop.evaluate(() => Reflect.get(globalThis, 'menus') as string[][]);
  await startEchoDemo(page);
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('some words');
  await message.click({ button: 'right' });
  await expect.poll(menus).toHaveLength(1);
  await message.selectText();
  await message.click({ button: 'right' });
  await expect.poll(menus).toHaveLength(2);
  expect((await menus())[0]).toEqual(['paste', 'selectall']);
  expect((await menus())[1]).toEqual(expect.arrayContaining(['copy', 'paste', 'selectall']));
  // Where nothing is written and nothing selected there is nothing to do.
  await status(page).click({ button: 'right' });
  await message.click({ button: 'right' });
  await expect.poll(menus).toHaveLength(3);
});

test('asks each time whether the page may do a thing', async ({ desktop, page }) => {
  await desktop.evaluate(({ session }) => {
    const requested: string[] = [];
    Reflect.set(globalThis, 'requested', requested);
    session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => {
      requested.push(permission);
      answer(false);
    });
  });
  await page.evaluate(() => Notification.requestPermission());
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(resolve, resolve);
      }),
  );
  const requested = () => desktop.evaluate(() => Reflect.get(globalThis, 'requested') as string[]);
  await expect.poll(requested).toEqual(['notifications', 'geolocation']);
});

test('gives the page the bytes that it asked for, without the memory around them', async ({ page }) => {
  await page.addInitScript(() => {
    const excess: number[] = [];
    Reflect.set(globalThis, 'excess', excess);
    const look = (value: unknown): void => {
      if (value instanceof Uint8Array) excess.push(value.buffer.byteLength - value.byteLength);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
    };
    window.addEventListener('message', ({ ports }) =>
      ports[0]?.addEventListener('message', ({ data }: MessageEvent<unknown>) => look(data)),
    );
  });
  await page.reload();
  await startEchoDemo(page);
  await echo(page, 'a few bytes of a large segment');
  const excess = await page.evaluate(() => Reflect.get(globalThis, 'excess') as number[]);
  expect(excess.length).toBeGreaterThan(0);
  expect(new Set(excess)).toEqual(new Set([0]));
});

test('opens its window for a menu command where there is none, on macOS', async ({ dataFolder }) => {
  test.skip(electronProgram !== null && process.platform !== 'darwin', 'this is macOS alone');
  const desktop = await launchDesktop(dataFolder, { platform: 'darwin' });
  const page = await openedPage(desktop);
  await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await expect.poll(() => isVisible(desktop)).toEqual([]);
  await expect.poll(() => page.isClosed()).toBe(true);
  await clickMenu(desktop, 'new-server');
  await expect.poll(() => isVisible(desktop)).toEqual([true]);
  const again = await desktop.firstWindow();
  await expect(again.getByRole('tab')).toHaveCount(1);
  await desktop.close();
});

test('takes no naps on macOS, and groups under its own name on Windows', async ({ dataFolder }) => {
  test.skip(electronProgram !== null, 'real Electron keeps what it was told to itself');
  type Told = { userDefaults: object; app: { appUserModelId: string | null } };
  const told = async (platform: NodeJS.Platform) => {
    const desktop = await launchDesktop(dataFolder, { platform });
    await openedPage(desktop);
    const answer = await desktop.evaluate((modules) => {
      const { userDefaults, app } = (modules as unknown as { told: Told }).told;
      return { userDefaults, appUserModelId: app.appUserModelId };
    });
    await desktop.close();
    return answer;
  };
  expect(await told('darwin')).toEqual({ userDefaults: { NSAppSleepDisabled: true }, appUserModelId: null });
  expect(await told('win32')).toEqual({ userDefaults: {}, appUserModelId: 'invalid.socketscope.app' });
});

test('lets the frame, the menus and the dialogs look as the page does', async ({ desktop, page }) => {
  const theme = () => desktop.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
  expect(await theme()).toBe('system');
  await expect(page.locator('html')).toHaveAttribute('data-theme', /dark|light/);
  const before = await page.locator('html').getAttribute('data-theme');
  await clickMenu(desktop, 'toggle-theme');
  await expect.poll(theme).toBe(before === 'light' ? 'dark' : 'light');
});
