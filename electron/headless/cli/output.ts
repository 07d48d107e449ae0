/** Where records are written: standard output or a file, at the pace of its reader. */
import { once } from 'node:events';
import { open } from 'node:fs/promises';

export type Output = {
  /** True where a person looks at it. */
  readonly isTerminal: boolean;
  /** Resolves when there is room for more. Rejects with the system's error; EPIPE where nobody reads any more. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** Resolves when everything is with the system. */
  close(): Promise<void>;
};

/** Replaces what the file held. Rejects with the system's error. */
export async function fileOutput(path: string): Promise<Output> {
  const file = await open(path, 'w');
  return {
    isTerminal: false,
    write: async (bytes) => {
      const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      // write(2) may take less than it is given, as it does just before a disk is full.
      for (let done = 0; done < all.length;) done += (await file.write(all, done)).bytesWritten;
    },
    close: () => file.close(),
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
