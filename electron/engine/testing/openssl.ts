/** OpenSSL's own client and server, as peers that know nothing of Node. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** Where it is missing, its tests are skipped and named; in CI it has to be there. */
export const hasOpenssl = process.env['CI'] !== undefined || spawnSync('openssl', ['version']).status === 0;

export type Openssl = {
  output(): string;
  write(text: string): void;
  endInput(): void;
  ended: Promise<unknown>;
};

export const openssl = (...args: string[]): Openssl => peerProgram('openssl', ...args);

/** Any program as a peer; ended with the test. */
export function peerProgram(program: string, ...args: string[]): Openssl {
  const child = spawn(program, args);
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (text += String(piece)));
  child.stdin.on('error', () => undefined);
  return {
    output: () => text,
    write: (more) => void child.stdin.write(more),
    endInput: () => child.stdin.end(),
    ended,
  };
}
