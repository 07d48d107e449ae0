/** Runs the compiled, unmodified main under plain Node with the double as its `electron`, and drives it as Playwright does. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type ElectronApplication, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { chromiumLaunch } from '../../build/chromium.mjs';
import { decode, encode } from './codec.ts';
import type { Settings } from './stage.ts';
import type { Answer, Ask } from './wire.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const output = `${project}out/double/`;

let worlds: Promise<Pick<Settings, 'pageWorld' | 'preloadWorld'>> | undefined;

async function bundleDouble(): Promise<Pick<Settings, 'pageWorld' | 'preloadWorld'>> {
  const entry = (...names: string[]) => names.map((name) => `${project}e2e/double/${name}.ts`);
  await build({
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    entryPoints: entry('register', 'hooks', 'electron'),
    outdir: output,
    logLevel: 'warning',
  });
  const [pageWorld, preloadWorld] = await Promise.all(
    ['page-world', 'preload-world'].map(async (name) => {
      const { outputFiles } = await build({
        bundle: true,
        format: 'iife',
        write: false,
        entryPoints: entry(name),
      });
      return outputFiles[0]!.text;
    }),
  );
  return { pageWorld: pageWorld!, preloadWorld: preloadWorld! };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts main with `args`, one of which is `--user-data-dir=FOLDER`. */
export async function startDouble(
  args: string[],
  stderr: 'inherit' | 'pipe' = 'inherit',
): Promise<{ child: ChildProcess; debuggingPort: number }> {
  worlds ??= bundleDouble();
  const settings: Settings = {
    debuggingPort: await freePort(),
    launchOptions: chromiumLaunch(),
    ...(await worlds),
  };
  const child = fork('out/electron/main.js', args, {
    cwd: project,
    stdio: ['inherit', 'inherit', stderr, 'ipc'],
    execArgv: ['--import', new URL('register.js', `file://${output}`).href],
    env: { ...process.env, SOCKETSCOPE_DOUBLE: JSON.stringify(settings) },
  });
  return { child, debuggingPort: settings.debuggingPort };
}

export type DesktopApp = Pick<
  ElectronApplication,
  'close' | 'evaluate' | 'firstWindow' | 'process' | 'windows'
>;

/** As Playwright's `_electron.launch`. */
export async function launchDouble(args: string[]): Promise<DesktopApp> {
  const { child, debuggingPort } = await startDouble(args);
  await new Promise<void>((ready, failed) => {
    child.once('message', () => ready());
    child.once('exit', (code) => failed(new Error(`Main ended with ${code} before it was ready`)));
  });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debuggingPort}`);
  const context = browser.contexts()[0]!;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const evaluate = evaluator(child);
  const windows = () => context.pages().filter((page) => page.url() !== 'about:blank');
  return {
    evaluate: evaluate as ElectronApplication['evaluate'],
    process: () => child,
    windows,
    firstWindow: async (): Promise<Page> => {
      for (;;) {
        const page = windows()[0];
        if (page) return page;
        const next = context.pages()[0] ?? (await context.waitForEvent('page'));
        await next.waitForURL((url) => url.href !== 'about:blank');
      }
    },
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        // Quitting ends the process that would answer.
        evaluate(({ app }: { app: { quit(): void } }) => app.quit(), undefined).catch(() => undefined);
        await ended;
      }
      await browser.close();
      if (child.exitCode !== 0) throw new Error(`Main ended with ${child.exitCode ?? child.signalCode}`);
    },
  };
}

function evaluator(child: ChildProcess) {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  child.on('message', (answer: Answer) => {
    if (answer.type !== 'answer') return;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asked?.reject(new Error(answer.error));
    else asked?.resolve(decode(answer.value));
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('Main ended'));
    waiting.clear();
  });
  return (asked: (...args: never[]) => unknown, arg: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      child.send({ id, source: String(asked), arg: encode(arg) } satisfies Ask);
    });
}
