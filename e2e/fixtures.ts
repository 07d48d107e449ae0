import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Peers } from './peers.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

/** One running headless host. Its data folder survives `restart`. */
export type RunningHost = {
  url: string;
  /** `http://127.0.0.1:PORT` without the key. */
  origin: string;
  key: string;
  process: ChildProcess;
  /** What it wrote to standard error: nothing, unless something is wrong. */
  complaints(): string;
  stop(): Promise<number | null>;
};

export async function startHost(dataFolder: string, ...options: string[]): Promise<RunningHost> {
  const child = spawn(
    process.execPath,
    ['out/headless/serve.js', '--no-open', '--port', '0', '--data', dataFolder, ...options],
    {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += String(text)));
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const url = await new Promise<string>((found, failed) => {
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += String(text);
      const ready = /^Socketscope is ready at (\S+)$/m.exec(output);
      if (ready) found(ready[1]!);
    });
    void ended.then((code) =>
      failed(new Error(`The host ended with ${code} before it was ready: ${output}${complaints}`)),
    );
  });
  const { origin, hash } = new URL(url);
  return {
    url,
    origin,
    key: hash.slice('#key='.length),
    process: child,
    complaints: () => complaints,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

type Fixtures = {
  dataFolder: string;
  host: RunningHost;
  /** The page, opened and attached to the engine. */
  app: Page;
  /** Plain sockets of the test, ended with it. */
  peers: Peers;
};

export const test = base.extend<Fixtures>({
  // Playwright wants the destructuring pattern even where nothing is taken from it.
  // eslint-disable-next-line no-empty-pattern -- the pattern is Playwright's
  dataFolder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'socketscope-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  host: async ({ dataFolder }, use) => {
    const host = await startHost(dataFolder);
    await use(host);
    const code = await host.stop();
    expect(host.complaints()).toBe('');
    expect(code, 'exit code of the host').toBe(0);
  },
  // eslint-disable-next-line no-empty-pattern -- as above
  peers: async ({}, use) => {
    const peers = new Peers();
    await use(peers);
    await peers.close();
  },
  app: async ({ page, host }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(host.url);
    // Disabled while the engine is not attached; keys do nothing until then.
    await expect(page.getByRole('button', { name: 'New server' }).first()).toBeEnabled();
    await use(page);
    expect(problems, 'errors in the page').toEqual([]);
  },
});

export { expect };

/** For whoever looks at the window: `PICTURES=1` has them taken. */
export const takesPictures = process.env.PICTURES === '1';

/** A picture for people to look at, in an ignored folder. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!takesPictures) return;
  await page.screenshot({ path: join(project, 'test-results/pictures', `${name}.png`) });
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
    [],
  );
}

export const log = (page: Page): Locator => page.getByRole('grid', { name: 'Traffic log' });
export const logRow = (page: Page, text: string | RegExp): Locator =>
  log(page).locator('[data-row]').filter({ hasText: text });

/** Opens a new tab. Until it shows, fields of the same names are those of the tab before. */
export async function newTab(page: Page, kind: 'server' | 'client'): Promise<void> {
  const tabs = page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab');
  const before = await tabs.count();
  await page
    .getByRole('button', { name: `New ${kind}` })
    .first()
    .click();
  await expect(tabs).toHaveCount(before + 1);
  await expect(tabs.last()).toHaveAttribute('aria-selected', 'true');
}

/** Opens a server tab listening on 127.0.0.1 and returns its real port. */
export async function startServer(page: Page, reply: 'None' | 'Echo' = 'None'): Promise<number> {
  await newTab(page, 'server');
  await page
    .getByRole('textbox', { name: 'Host' })
    .or(page.getByRole('combobox', { name: 'Host' }))
    .fill('127.0.0.1');
  await page.getByRole('textbox', { name: 'Port' }).fill('0');
  await page.getByLabel('Reply').selectOption({ label: reply });
  await page.getByRole('button', { name: 'Start listening' }).click();
  const line = page.getByText(/Listening on 127\.0\.0\.1:\d+/).first();
  await expect(line).toBeVisible();
  return Number(/127\.0\.0\.1:(\d+)/.exec(await line.innerText())![1]);
}

/** Opens a client tab connected to 127.0.0.1:port. */
export async function connectClient(page: Page, port: number): Promise<void> {
  await newTab(page, 'client');
  await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
  await page.getByRole('textbox', { name: 'Port' }).fill(String(port));
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

/** What stands in a field of written text: as a plain field, and as the editor that takes its place. */
export async function expectWritten(field: Locator, text: string): Promise<void> {
  const written = () =>
    field.evaluate((element) =>
      element instanceof HTMLTextAreaElement
        ? element.value
        : [...element.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'),
    );
  await expect.poll(written).toBe(text);
}
