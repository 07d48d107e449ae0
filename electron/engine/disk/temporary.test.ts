import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lifeOf, processByPs, thisProcess } from './owner.ts';
import { makeTemporaryFolder, sweepTemporary, temporaryName } from './temporary.ts';
import { testFolder } from '../testing/folder.ts';
import { testProgram } from '../testing/program.ts';

type Folder = Awaited<ReturnType<typeof testFolder>>;
const isLinux = process.platform === 'linux';
const elsewhere = 'a'.repeat(16);
const dayMs = 24 * 60 * 60_000;

let programs: Folder;
let folder: Folder;
let maker: string;
beforeAll(async () => {
  programs = await testFolder();
  maker = await testProgram(
    programs.path,
    'maker',
    `
    import { writeFileSync } from 'node:fs';
    import { makeTemporaryFolder } from './temporary.ts';
    const { path } = await makeTemporaryFolder(process.argv[2]!);
    writeFileSync(path + '/ca.key', 'secret');
    console.log(JSON.stringify(path));
    setInterval(() => undefined, 1000);
    `,
  );
});
afterAll(() => programs.remove());
beforeEach(async () => void (folder = await testFolder()));
afterEach(() => folder.remove());

async function make(
  command: string,
  ...args: string[]
): Promise<{ child: ReturnType<typeof spawn>; path: string }> {
  const all = [...args, maker, folder.path];
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, path: JSON.parse(line) as string };
}

async function kill(child: ReturnType<typeof spawn>): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('what is temporary', () => {
  it('goes when its maker says so, and once more is no mistake', async () => {
    const { path, remove } = await makeTemporaryFolder(folder.path);
    await writeFile(join(path, 'a'), '');
    remove();
    remove();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.runIf(isLinux)('goes when the next is made, once its maker was killed and not before', async () => {
    const { child, path } = await make(process.execPath);
    const second = await makeTemporaryFolder(folder.path);
    expect(await readdir(path)).toEqual(['ca.key']);
    await kill(child);
    second.remove();
    const third = await makeTemporaryFolder(folder.path);
    expect(await readdir(folder.path)).toEqual([third.path.slice(folder.path.length + 1)]);
    third.remove();
  });

  it.runIf(isLinux)('goes although the system still lists its killed maker', async () => {
    // A parent that does not ask for the end of its child leaves a zombie, as a container without an init does.
    const parent = spawn(
      'sh',
      ['-c', '"$0" "$@" & echo $! >&2; exec sleep 1000', process.execPath, maker, folder.path],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const [[line], [text]] = (await Promise.all([
      once(createInterface(parent.stdout), 'line'),
      once(createInterface(parent.stderr), 'line'),
    ])) as [[string], [string]];
    const pid = Number(text);
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => {
        await sweepTemporary(folder.path);
        return readdir(folder.path);
      })
      .toEqual([]);
    // Still there.
    process.kill(pid, 0);
    expect(line).toContain('socketscope-tmp-');
    await kill(parent);
  });

  it('of a container or machine that cannot be seen stays for a day after its last sign of life', async () => {
    const name = temporaryName().replace(thisProcess().space, elsewhere);
    await mkdir(join(folder.path, name));
    await sweepTemporary(folder.path);
    expect(await readdir(folder.path)).toEqual([name]);
    const long = new Date(Date.now() - dayMs - 1000);
    await utimes(join(folder.path, name), long, long);
    await sweepTemporary(folder.path);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is nothing that merely looks like it', async () => {
    const dead = temporaryName().replace(/-\d+-(?=\d*-)/, '-4194304-');
    await writeFile(join(folder.path, 'theirs'), '');
    await symlink(join(folder.path, 'theirs'), join(folder.path, dead));
    for (const name of ['socketscope-tmp', 'socketscope-test-abc', `${dead}.txt`, `x${dead}`])
      await mkdir(join(folder.path, name));
    const before = await readdir(folder.path);
    await sweepTemporary(folder.path);
    expect(await readdir(folder.path)).toEqual(before);
  });

  it.runIf(isLinux)(
    'of a process in another PID namespace is not taken for that of a dead one',
    async (context) => {
      if (spawnSync('unshare', ['-pf', 'true']).status !== 0)
        return context.skip('unshare -pf is not permitted here');
      const { child } = await make('unshare', '-pf', '--kill-child', process.execPath);
      await sweepTemporary(folder.path);
      expect(await readdir(folder.path)).toHaveLength(1);
      await kill(child);
    },
  );
});

describe('a process', () => {
  it.runIf(isLinux)('lives when its number and its birth say so', async () => {
    expect(thisProcess()).toEqual({
      pid: process.pid,
      birth: expect.stringMatching(/^\d+$/),
      space: expect.any(String),
    });
    expect(await lifeOf(thisProcess())).toBe('alive');
    expect(await lifeOf({ ...thisProcess(), birth: '1' })).toBe('dead');
    expect(await lifeOf({ ...thisProcess(), pid: 4_194_304 })).toBe('dead');
    expect(await lifeOf({ ...thisProcess(), space: elsewhere })).toBe('unseen');
    expect(await lifeOf({ ...thisProcess(), birth: '' })).toBe('unseen');
  });

  it.runIf(process.platform !== 'win32' && spawnSync('ps', ['-V']).error === undefined)(
    'is told by ps too, where there is no /proc',
    async () => {
      const first = (await processByPs(process.pid))!;
      expect(first).toEqual({ birth: expect.stringMatching(/^\d{10}$/), hasEnded: false });
      expect(Math.abs(Number(first.birth) * 1000 - performance.timeOrigin)).toBeLessThan(60_000);
    },
  );
});
