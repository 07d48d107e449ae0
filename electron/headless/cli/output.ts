/** Where records are written: standard output or a file, at the pace of its reader. */
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

export type Output = {
  /** True where a person looks at it. */
  readonly isTerminal: boolean;
  /** The run has what it was started for: what a file held before goes now, if not with the first write. */
  begin(): void;
  /** Resolves when there is room for more. Rejects with the system's error; EPIPE where nobody reads any more. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** Resolves when everything is with the system. */
  close(): Promise<void>;
};

/** Replaces what the file held, but not before there is a run: a mistake must not cost an older one. Rejects as open(2). */
export async function fileOutput(path: string): Promise<Output> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o666);
  let emptied: Promise<void> | null = null;
  const empty = (): Promise<void> => {
    if (emptied !== null) return emptied;
    // Pipes and devices hold nothing that could go.
    emptied = file.stat().then((stats) => (stats.isFile() ? file.truncate() : undefined));
    // The next write is told of it.
    emptied.catch(() => undefined);
    return emptied;
  };
  return {
    isTerminal: false,
    begin: () => void empty(),
    write: async (bytes) => {
      await empty();
      const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      // write(2) may take less than it is given, as it does just before a disk is full.
      for (let done = 0; done < all.length;) done += (await file.write(all, done)).bytesWritten;
    },
    close: async () => {
      await emptied;
      await file.close();
    },
  };
}

/** Standard output: asynchronous for pipes, so that a reader who pauses does not stop sockets, timers and signals. */
export function standardOutput(): Output {
  const stream = process.stdout;
  let failure: Error | null = null;
  let isBroken: () => void = () => undefined;
  const broken = new Promise<void>((resolve) => (isBroken = resolve));
  stream.on('error', (error) => {
    failure ??= error;
    isBroken();
  });
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    isTerminal: stream.isTTY === true,
    begin: () => undefined,
    write: async (bytes) => {
      check();
      if (bytes.length > 0 && !stream.write(bytes)) await Promise.race([once(stream, 'drain'), broken]);
      check();
    },
    close: async () => {
      check();
      await Promise.race([new Promise((resolve) => stream.write('', resolve)), broken]);
      check();
    },
  };
}
