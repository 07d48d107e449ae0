/** `npm run serve`: the engine and the page without Electron, for servers, containers, SSH and development. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failureOf } from '../../shared/failure.ts';
import { texts } from '../../shared/texts/index.ts';
import { Engine } from '../engine/engine.ts';
import { Exports } from './exports.ts';
import { isLoopback } from './guard.ts';
import { HttpServer } from './http-server.ts';
import { openBrowser, type Launcher } from './open-browser.ts';
import { parseServeOptions, type ServeOptions } from './options.ts';
import { readPage } from './static-files.ts';

/** The bundle lies in out/headless/. */
const built = (path: string): URL => new URL(`../${path}`, import.meta.url);
const endDeadlineMs = 2_900;

async function serve(options: ServeOptions): Promise<() => Promise<void>> {
  const { version } = JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { version: string };
  const files = await readPage(fileURLToPath(built('page')));
  let exports: Exports | null = null;
  const engine = await Engine.open({
    dataFolder: options.dataFolder,
    workers: built('workers/'),
    host: {
      kind: 'headless',
      version,
      runtime: `Node ${process.versions.node}`,
      chooseSaveFile: async (name) => exports && exports.choose(name),
    },
  });
  let server: HttpServer;
  try {
    exports = await Exports.open(options.dataFolder);
    server = await HttpServer.open({ engine, exports, files, host: options.host, port: options.port });
  } catch (error) {
    await engine.close();
    throw error;
  }
  if (!isLoopback(options.host)) process.stderr.write(`${texts.headless.openToNetwork(options.host)}\n`);
  // The one line of standard output: programs that start this host wait for it.
  process.stdout.write(`Socketscope is ready at ${server.url}\n`);
  let launcher: Launcher | null = null;
  if (options.open)
    launcher = await openBrowser(
      server.url,
      [fileURLToPath(built('headless/')), options.dataFolder],
      process.env,
    );
  return async () => {
    launcher?.remove();
    await Promise.all([server.close(), engine.close()]);
  };
}

function endOn(close: () => Promise<void>): void {
  let isEnding = false;
  const end = (): void => {
    // A second Ctrl-C does not wait for the first.
    if (isEnding) process.exit(1);
    isEnding = true;
    setTimeout(() => process.exit(1), endDeadlineMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${texts.headless.endedBadly(failureOf(error).message)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

try {
  endOn(await serve(parseServeOptions(process.argv.slice(2), process.env)));
} catch (error) {
  process.stderr.write(`${texts.headless.cannotStart(failureOf(error))}\n`);
  process.exitCode = 1;
}
