/** The engine and the page without Electron, for servers, containers, SSH and development. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failureOf, type Failure } from '../../shared/failure.ts';
import type { Explanation } from '../../shared/texts/failure-situation.ts';
import { describeDamage } from '../../shared/texts/describe-verdict.ts';
import { explain, inWords, texts } from '../../shared/texts/index.ts';
import { attachPage } from '../engine/door/attach.ts';
import { Engine } from '../engine/engine.ts';
import { liesInPagesFolder, pagesFolder } from '../engine/net/allowed-names.ts';
import { UsageError } from './cli/usage-error.ts';
import { failedFile, inFile } from './cli/whole-input.ts';
import { isCaptured } from './cli/import-capture.ts';
import { checkedWorkspace } from './cli/workspace.ts';
import { Exports } from './exports.ts';
import { bracketed, isLoopback } from './guard.ts';
import { HttpServer } from './http-server.ts';
import { openBrowser, type Launcher } from './open-browser.ts';
import type { ServeOptions } from './options.ts';
import { readPage } from './static-files.ts';
import { print, tell } from './terminal.ts';

/** The bundle lies in out/headless/. */
const built = (path: string): URL => new URL(`../${path}`, import.meta.url);
const endDeadlineMs = 2_900;

/** `address`: with the key. */
type Running = { engine: Engine; address: string; close: () => Promise<void> };

async function open({ dataFolder, host, port, keepFreeBytes }: ServeOptions): Promise<Running> {
  const { version } = JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { version: string };
  const files = await readPage(fileURLToPath(built('page')));
  let exports: Exports | null = null;
  const engine = await Engine.open({
    dataFolder,
    keepFreeBytes,
    workers: built('workers/'),
    host: {
      kind: 'headless',
      version,
      runtime: `Node ${process.versions.node}`,
      mayAllow: (name) => liesInPagesFolder(dataFolder, name),
      workspaceFolder: pagesFolder(dataFolder),
      chooseSaveFile: async (name) => exports && exports.choose(name),
    },
  });
  try {
    const saved = (exports = await Exports.open(dataFolder));
    const server = await HttpServer.open({
      engine: { attach: (channel) => attachPage(engine, channel), health: () => engine.health() },
      ...{ exports: saved, files, host, port },
    });
    // For whoever finds the folder in use. Without the key: a folder can be shared with others. A full disk is no reason not to start.
    await engine.publish(`${new URL(server.address).origin}/`).catch(() => undefined);
    return {
      engine,
      address: server.address,
      close: async () => {
        try {
          await Promise.all([server.close(), engine.close()]);
        } finally {
          saved.close();
        }
      },
    };
  } catch (error) {
    await engine.close();
    exports?.close();
    throw error;
  }
}

async function serve(options: ServeOptions): Promise<void> {
  // Before anything is opened.
  const isCapture = options.file !== undefined && (await isCaptured(options.file));
  if (options.file !== undefined && !isCapture) await checkedWorkspace(options.file);
  const { engine, address, close } = await open(options);
  let launcher: Launcher | null = null;
  const end = endOn(() => {
    launcher?.remove();
    return close();
  });
  engine.onLost((failure) => {
    tell(`${texts.headless.folderLost(failure)}\n`);
    process.exitCode = 1;
    end();
  });
  try {
    // The page is there meanwhile: a name that does not resolve takes its time.
    if (options.file !== undefined && isCapture) await openCapture(engine, options.file);
    else if (options.file !== undefined) await engine.workspaces.openPath(options.file, false);
    void engine.start(options.starting);
  } catch (error) {
    await close();
    throw error;
  }
  if (!isLoopback(options.host)) tell(`${texts.headless.openToNetwork(options.host)}\n`);
  // The one line of standard output: programs that start this host wait for it.
  print(`Socketscope is ready at ${address}\n`);
  const folders = [fileURLToPath(built('headless/')), options.dataFolder];
  if (options.open) launcher = await openBrowser(address, folders, process.env);
}

/** Throws a `UsageError` where nothing of it can be read. */
async function openCapture(engine: Engine, path: string): Promise<void> {
  const imported = await engine.openCaptureFile(path).catch((error: unknown) => {
    throw new UsageError(failedFile(path, error));
  });
  const { problem } = texts.captureImport;
  for (const line of imported.verified === null ? [] : describeDamage(imported.verified))
    tell(`${inFile(path, line)}\n`);
  if (imported.stopped === null) return;
  const said = problem(imported.stopped.problem, imported.stopped.offset);
  if (imported.endpoints.length === 0) throw new UsageError(inFile(path, said));
  tell(`${texts.captureImport.stopped(said)}\n`);
}

/** Returns what a signal does. */
function endOn(close: () => Promise<void>): () => void {
  let isEnding = false;
  const end = (): void => {
    // npm and a terminal send one Ctrl-C twice. Nobody waits long: there is a deadline.
    if (isEnding) return;
    isEnding = true;
    const fail = (error: unknown): never => {
      const failure = failureOf(error);
      // That one is told when it happens.
      if (failure.code !== 'DATA_FOLDER_LOST') tell(`${texts.headless.endedBadly(inWords(failure))}\n`);
      return process.exit(1);
    };
    // The engine has a deadline of its own: this is for pages that do not go.
    setTimeout(() => fail(new Error(texts.headless.tooSlow)), endDeadlineMs).unref();
    close().then(() => process.exit(process.exitCode ?? 0), fail);
  };
  // What no code expected must not cost the capture its last records.
  process.on('uncaughtException', (error) => {
    tell(`${texts.headless.crashed(error.stack ?? String(error))}\n`);
    process.exitCode = 1;
    end();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  return end;
}

/** Serves until a signal ends the process. A start that fails is said on standard error, and the exit code is 1. */
export async function runServe(options: ServeOptions): Promise<void> {
  try {
    await serve(options);
  } catch (error) {
    const isWrong = error instanceof UsageError;
    const { mistakes } = texts.commandLine;
    tell(`${isWrong ? mistakes.error(error.message) : explainStart(failureOf(error), options)}\n`);
    process.exitCode = isWrong ? 2 : 1;
  }
}

/** Why it cannot start, as `listen` tells it: what happened, the likely cause, what to try. */
export function explainStart(
  failure: Failure,
  { dataFolder, host, port }: Pick<ServeOptions, 'dataFolder' | 'host' | 'port'>,
): string {
  const told = (explanation: Explanation): string => {
    const { what, cause, tryThis } = explanation;
    return texts.commandLine.failed(what, cause, tryThis);
  };
  if (/^getaddrinfo E/.test(failure.message))
    return told(explain({ ...failure, subject: host }, 'resolving'));
  if (/^listen E/.test(failure.message))
    return told(explain({ ...failure, subject: `${bracketed(host)}:${port}` }, 'listening'));
  // Messages about files end so: `EACCES: permission denied, mkdir '/data'`.
  if (/^E[A-Z]+: .*, [a-z]+( '|$)/.test(failure.message))
    return told(texts.headless.folder(dataFolder, failure));
  return texts.headless.cannotStart(inWords(failure));
}
