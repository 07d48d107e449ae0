/** Helper processes of a benchmark, called like functions over Node's own process channel. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../../shared/wire/channel.ts';
import { type Local, type Remote, serveRpc } from '../../shared/wire/rpc.ts';
import { adopt, ended, outFolder } from './scratch.ts';

type Messenger = Pick<NodeJS.Process, 'send' | 'disconnect'> & {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
};

function processChannel(messenger: Messenger): Channel {
  return {
    send: (message) => void messenger.send?.(message),
    onMessage: (listener) => void messenger.on('message', listener),
    onClose: (listener) => void messenger.on('disconnect', listener),
    close: () => messenger.disconnect?.(),
  };
}

export type Helper<F> = { call: Remote<F>; process: ChildProcess; stop(): Promise<void> };

/** Starts `out/bench/<name>.js`, whose functions `serveHelper` offered. */
export function startHelper<F>(name: string, nodeOptions: string[] = []): Helper<F> {
  const child = adopt(
    fork(join(outFolder, `${name}.js`), { serialization: 'advanced', execArgv: nodeOptions }),
  );
  return {
    call: serveRpc<object, F>(processChannel(child as unknown as Messenger), {}),
    process: child,
    stop: () => {
      child.kill('SIGKILL');
      return ended(child);
    },
  };
}

/** The helper's side. It ends with the process that started it. */
export function serveHelper<F>(functions: Local<F>): void {
  serveRpc<F, object>(processChannel(process as unknown as Messenger), functions);
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches the whole group; the process in charge cleans up and ends this one.
  process.on('SIGINT', () => undefined);
}

/** Resident memory of another process in bytes; null where the system has no /proc. */
export async function residentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  return found ? Number(found[1]) * 1024 : null;
}
