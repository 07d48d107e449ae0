/** Runs the compiled, unmodified main under plain Node with the double as its `electron`, and drives it as Playwright does. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type ElectronApplication, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { chromiumLaunch } from '../../build/chromium.mjs';
import { decode, encode } from './codec.ts';
import type { Settings } from './settings.ts';
import type { Answer, Ask } from './wire.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const output = `${project}out/double/`;

type Worlds = Pick<Settings, 'pageWorld' | 'preloadWorld'>;
let worlds: Promise<Worlds> | undefined;

async function bundleDouble(): Promise<Worlds> {
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

/** Starts main with `args`, one of which is `--user-data-dir=FOLDER`, on a system that says it is `platform`. */
export async function startDouble(
  args: string[],
  platform = process.platform,
): Promise<{ child: ChildProcess; debuggingPort: number }> {
  worlds ??= bundleDouble();
  const settings: Settings = {
    platform,
    debuggingPort: await freePort(),
    launchOptions: chromiumLaunch(),
    ...(await worlds),
  };
  const child = fork('out/electron/main.js', args, {
    cwd: project,
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    // As Electron runs its Node.
    execArgv: [
      '--unhandled-rejections=warn-with-error-code',
      '--import',
      new URL('register.js', `file://${output}`).href,
    ],
    // Windows' name for the temporary folder, should it be asked for.
    env: { ...process.env, TEMP: tmpdir(), SOCKETSCOPE_DOUBLE: JSON.stringify(settings) },
  });
  return { child, debuggingPort: settings.debuggingPort };
}

export type DesktopApp = Pick<
  ElectronApplication,
  'close' | 'evaluate' | 'firstWindow' | 'process' | 'windows'
>;

/** As Playwright's `_electron.launch`. */
export async function launchDouble(args: string[], platform?: NodeJS.Platform): Promise<DesktopApp> {
  const { child, debuggingPort } = await startDouble(args, platform);
  child.stderr?.pipe(process.stderr);
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
        // Chromium's first page may stay unused.
        await wait(25);
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
