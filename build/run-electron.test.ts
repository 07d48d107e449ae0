import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonOf } from './run-electron.mjs';

const starter = pathToFileURL(join(import.meta.dirname, 'run-electron.mjs')).href;

describe.skipIf(process.platform === 'win32')('the desktop app as a child of npm start', () => {
  let folder = '';
  let start: ChildProcess | null = null;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'run-electron-'))));
  afterEach(() => {
    start?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Runs `body` as the app; what `runElectron` answers is the last line of standard output. */
  function run(body: string, platform = 'linux') {
    const program = join(folder, 'app');
    writeFileSync(program, `#!${process.execPath}\n${body}`, { mode: 0o755 });
    const asked = `import(${JSON.stringify(starter)}).then(({ runElectron }) =>
      runElectron(${JSON.stringify(program)}, [], '${platform}')).then((answer) => console.log(JSON.stringify(answer)))`;
    const child = spawn(process.execPath, ['-e', asked], { stdio: ['ignore', 'pipe', 'pipe'] });
    start = child;
    return child;
  }

  const living = `
    process.on('SIGINT', () => process.exit(8));
    process.on('SIGTERM', () => process.exit(7));
    setInterval(() => undefined, 1000);
    console.log(process.pid);`;

  it('gives its exit code on', async () => {
    expect(await text(run('process.exit(0)').stdout)).toBe('0\n');
  });

  it('is told apart when it never came up, with what ended it', async () => {
    expect(await text(run('process.exit(127)').stdout)).toBe('"it ended at once (127)"\n');
    expect(await text(run("process.kill(process.pid, 'SIGSEGV')").stdout)).toMatch(/SIGSEGV/);
  });

  it('is not told to have ended at once when it has said itself why it cannot start', async () => {
    expect(await text(run('process.exit(3)').stdout)).toBe('3\n');
  });

  it('is asked to end as this process is, and then nothing else starts in its place', async () => {
    const child = run(living);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await text(child.stdout)).toBe('8\n');
  });

  it('is never ended by a passed signal on Windows, where that is a kill', async () => {
    const child = run(living, 'win32');
    const [pid] = (await once(child.stdout, 'data')) as [Buffer];
    const said = once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(String(await said)).toContain('Quit Socketscope in its own window');
    process.kill(Number(String(pid)), 'SIGTERM');
    expect(await text(child.stdout)).toBe('7\n');
  });
});

describe('an app that ended at once', () => {
  it('is told to lack its sandbox where Chromium ends like that', () => {
    expect(reasonOf('SIGTRAP', 'linux')).toMatch(/SIGTRAP.*sandbox.*README/);
    expect(reasonOf('SIGTRAP', 'darwin')).toBe('it ended at once (SIGTRAP)');
    expect(reasonOf('127', 'linux')).toBe('it ended at once (127)');
  });
});
