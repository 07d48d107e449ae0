/** Programs that know nothing of the app, at the other end of its sockets. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test as base } from './fixtures.ts';

/** A running program: what it said, and what it is told. */
export class Program {
  readonly child: ChildProcess;
  /** Standard output, as UTF-8. */
  output = '';
  /** Standard error. */
  complaints = '';
  readonly ended: Promise<unknown>;

  constructor(program: string, args: string[]) {
    this.child = spawn(program, args, { stdio: 'pipe' });
    this.ended = once(this.child, 'exit');
    this.child.stdout!.on('data', (text: Buffer) => (this.output += String(text)));
    this.child.stderr!.on('data', (text: Buffer) => (this.complaints += String(text)));
    // It may end before it has read everything.
    this.child.stdin!.on('error', () => undefined);
  }

  write(text: string): void {
    this.child.stdin!.write(text);
  }

  endInput(): void {
    this.child.stdin!.end();
  }
}

export const test = base.extend<{ run: (program: string, ...args: string[]) => Program }>({
  // eslint-disable-next-line no-empty-pattern -- the pattern is Playwright's
  run: async ({}, use) => {
    const started: Program[] = [];
    await use((program, ...args) => {
      const one = new Program(program, args);
      started.push(one);
      return one;
    });
    for (const { child, ended } of started) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    }
  },
});

const isInstalled = (program: string): boolean => {
  const { error, status } = spawnSync(program, ['-h'], { stdio: 'ignore', timeout: 10_000 });
  return error === undefined && status !== null;
};

/** Skips the test, and says why, where the program is missing. In CI it has to be there: then the test fails. */
export function needs(program: string): void {
  test.skip(!process.env.CI && !isInstalled(program), `${program} is not installed`);
}

/** Whether somebody accepts connections there: some programs do not say when they begin to listen. */
export async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isThere = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return isThere;
}
