import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testProgram } from '../../../build/bundle.mjs';

export type Ended = { code: number | null; signal: NodeJS.Signals | null };

/** Far above what a run takes, for a machine that does much else. */
const patience = { timeout: 30_000, interval: 10 };

/** The objects of JSON Lines, each ended by its line end. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The command line, as it was built for all tests, in a folder of its own, and the processes that a test starts with it. */
export class TestCli {
  readonly folder: string;
  /** TMPDIR of the processes: what a run leaves behind is seen here. */
  readonly temporary: string;
  #children: CliProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.temporary = join(folder, 'tmp');
  }

  static async build(): Promise<TestCli> {
    const cli = new TestCli(await mkdtemp(join(tmpdir(), 'socketscope-test-')));
    await mkdir(cli.temporary);
    return cli;
  }

  readonly script = join(testProgram, 'out/headless/cli.js');

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, TMPDIR: this.temporary };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Standard input is a pipe that stays open until the test ends it, unless `options` say something else. */
  start(args: readonly string[], options: SpawnOptions = {}): CliProcess {
    return this.startProgram(process.execPath, [this.script, ...args], options);
  }

  startProgram(program: string, args: readonly string[], options: SpawnOptions = {}): CliProcess {
    const child = new CliProcess(
      spawn(program, args, { env: this.environment, cwd: this.folder, ...options }),
    );
    this.#children.push(child);
    return child;
  }

  /** Without input; resolves at the end. */
  async run(...args: string[]): Promise<Ended & { stdout: string; stderr: string }> {
    const child = this.start(args, { stdio: ['ignore', 'pipe', 'pipe'] });
    return { ...(await child.ended), stdout: child.stdout.toString(), stderr: child.stderr };
  }

  /** A listener that is ready, and the port that it printed. */
  async listen(...args: string[]): Promise<{ child: CliProcess; port: number; url: string }> {
    const child = this.start(['listen', ...args]);
    const url = await child.listeningUrl();
    return { child, url, port: Number(/:(\d+)$/.exec(url)?.[1] ?? 0) };
  }

  /** Nothing that was started goes on, and no run has left a file. */
  async afterEach(): Promise<void> {
    await Promise.all(this.#children.splice(0).map((child) => child.kill()));
    // Killed runs could not clean up; those that ended by themselves did.
    await rm(this.temporary, { recursive: true, force: true, maxRetries: 5 });
    await mkdir(this.temporary);
  }

  async leftBehind(): Promise<string[]> {
    return (await readdir(this.temporary)).filter((name) => name.startsWith('socketscope-'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export class CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = Buffer.alloc(0);
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    // A process that has gone is seen by its end, not by a failed write to it.
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (bytes: Buffer) => (this.stdout = Buffer.concat([this.stdout, bytes])));
    child.stderr?.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()));
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  get text(): string {
    return this.stdout.toString();
  }

  /** The objects of whole lines. */
  get records(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async says(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.stderr, patience).toMatch(pattern);
  }

  async prints(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.text, patience).toMatch(pattern);
  }

  async listeningUrl(): Promise<string> {
    const url = (): string | undefined =>
      /^listening on (\S+)$/m.exec(this.stderr)?.[1] ?? this.#firstEndpoint();
    await expect.poll(url, patience).toBeTruthy();
    return url()!;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }

  #firstEndpoint(): string | undefined {
    if (!this.text.startsWith('{') || !this.text.includes('\n')) return undefined;
    return this.records.find(({ kind }) => kind === 'listening')?.endpoint as string | undefined;
  }
}
