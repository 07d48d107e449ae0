/** Programs of the tests: written to a folder, run by what runs them, in front of a real peer. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramId } from '../shared/programs/program-ids.ts';
import { fileNameOf } from '../shared/programs/programs.ts';

/** Standard error of a test's process is a socket, which /dev/stderr does not open: as a pipe, or at a terminal, it does. */
const viaPipe = '{ sh program.sh 2>&1 >&3 3>&- | cat >&2; } 3>&1';

/** What runs or compiles a program. `build` comes first; both in the folder of the file. */
const tools: Readonly<Record<ProgramId, { needs: string; build?: string; run: string }>> = {
  python: { needs: 'python3', run: 'exec python3 program.py' },
  node: { needs: 'node', run: 'exec node program.mjs' },
  c: { needs: 'cc', build: 'cc -std=c99 -Wall -Wextra -Werror -o program program.c', run: 'exec ./program' },
  bash: { needs: 'bash', run: 'exec bash program.sh' },
  ncat: { needs: 'ncat', run: viaPipe },
  socat: { needs: 'socat', run: viaPipe },
  openssl: { needs: 'openssl', run: 'exec sh program.sh' },
  go: { needs: 'go', build: 'go build -o program program.go', run: 'exec ./program' },
  csharp: {
    needs: 'mcs',
    build: 'mcs -out:program.exe -r:System.Core program.cs',
    run: 'exec mono program.exe',
  },
  java: {
    needs: 'javac',
    build: 'javac Program.java',
    run: 'exec java -XX:TieredStopAtLevel=1 -Xshare:auto Program',
  },
};

/** Those of set-up (build/debian.mjs). What they lack is a failure in CI, and skipped elsewhere. */
const setUp: readonly ProgramId[] = [
  'python',
  'node',
  'c',
  'bash',
  'ncat',
  'socat',
  'openssl',
  'go',
  'csharp',
];

const installed = new Map<string, boolean>();
const isInstalled = (program: string): boolean => {
  const known = installed.get(program) ?? isFound(program);
  installed.set(program, known);
  return known;
};
const isFound = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

export function isMissing(id: ProgramId): boolean {
  const { needs } = tools[id];
  if (isInstalled(needs)) return false;
  if (process.env.CI && setUp.includes(id)) throw new Error(`${needs} is needed for these tests.`);
  return true;
}

/** A folder whose programs are ended with it. */
export class ProgramFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'socketscope-programs-'));
  readonly #running = new Set<ChildProcess>();
  #count = 0;

  /** Runs openssl(1) once, for cert.pem, key.pem and the authorities in ca.pem. */
  makeCertificate(): void {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...kind, ...files, ...subject], {
      cwd: this.path,
    });
    if (status !== 0) throw new Error(String(stderr));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Begins a program; built first where that is needed. */
  async start(id: ProgramId, text: string): Promise<RunningProgram> {
    const folder = this.file(`${id}-${this.#count++}`);
    mkdirSync(folder);
    writeFileSync(join(folder, fileNameOf(id)), text);
    const { build, run } = tools[id];
    for (const name of ['cert.pem', 'key.pem']) symlinkSync(this.file(name), join(folder, name));
    symlinkSync(this.file('cert.pem'), join(folder, 'ca.pem'));
    if (build !== undefined) {
      const built = await this.#begin(build, folder).ended;
      if (built.code !== 0) throw new Error(`${build}\n${built.errors}${built.output.toString()}\n${text}`);
    }
    return this.#begin(run, folder);
  }

  #begin(command: string, cwd: string): RunningProgram {
    const begun = performance.now();
    const env = { ...process.env, GOCACHE: this.file('go-cache'), GOFLAGS: '-mod=mod', HOME: this.path };
    const child = spawn('sh', ['-c', command], { cwd, env, stdio: 'pipe', detached: true });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    return new RunningProgram(child, begun);
  }

  /** A pipeline is a group of processes, and ends as one. */
  async remove(): Promise<void> {
    for (const child of this.#running) {
      const ended = once(child, 'close');
      process.kill(-child.pid!, 'SIGKILL');
      await ended;
    }
    rmSync(this.path, { recursive: true, force: true });
  }
}

export class RunningProgram {
  output = Buffer.alloc(0);
  errors = '';
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; output: Buffer; errors: string; ms: number }>;

  /** `begun`: before it was there. */
  constructor(child: ChildProcess, begun: number) {
    this.child = child;
    child.stdin!.on('error', () => undefined);
    child.stdout!.on('data', (bytes: Buffer) => (this.output = Buffer.concat([this.output, bytes])));
    child.stderr!.on('data', (bytes: Buffer) => (this.errors += bytes.toString('latin1')));
    this.ended = once(child, 'close').then(([code]) => ({
      ...{ code: code as number | null, output: this.output, errors: this.errors },
      ms: performance.now() - begun,
    }));
  }
}
