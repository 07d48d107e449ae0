import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDataFolder as lockWithBeats, requireHeld } from './data-folder.ts';
import { thisProcess } from './owner.ts';
import { testFolder } from '../testing/folder.ts';
import { testProgram } from '../testing/program.ts';

const isLinux = process.platform === 'linux';
/** A quarter of what it is else: who waits for an heir, or is one, waits for so many of them. */
const beatMs = 250;
const lockDataFolder = (path: string) => lockWithBeats(path, beatMs);
const inUse = { code: 'DATA_FOLDER_IN_USE' };
const elsewhere = 'e'.repeat(16);

type Folder = Awaited<ReturnType<typeof testFolder>>;
let programs: Folder;
let program: string;
let folder: Folder;
const children: Contender[] = [];

/** Says what becomes of it, line by line: `ready`, then by each command of its standard input. */
const contender = `
  import { appendFileSync } from 'node:fs';
  import { createInterface } from 'node:readline';
  import { lockDataFolder, requireHeld } from './data-folder.ts';
  const [, , folder = ''] = process.argv;
  let lock;
  const commands = {
    take: async () => {
      try {
        lock = await lockDataFolder(folder, ${beatMs});
        lock.onLost(({ code }) => console.log(code));
        return 'held';
      } catch (error) { return error.code; }
    },
    write: async () => {
      try {
        requireHeld(folder + '/written');
        appendFileSync(folder + '/written', process.pid + '\\n');
        return 'written';
      } catch (error) { return 'not written: ' + error.code; }
    },
    release: async () => { await lock.release(); return 'released'; },
  };
  createInterface(process.stdin).on('line', async (line) => console.log(await commands[line]()));
  console.log('ready');
`;

class Contender {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  #read = 0;

  constructor(path: string, command: readonly string[] = []) {
    const [name, ...args] = [...command, process.execPath, program, path];
    this.child = spawn(name!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin!.on('error', () => undefined);
    createInterface(this.child.stdout!).on('line', (line) => this.lines.push(line));
    children.push(this);
  }

  /** What it said next, or null when it has ended without. */
  async next(): Promise<string | null> {
    await vi.waitUntil(() => this.lines.length > this.#read || this.hasEnded, {
      timeout: 50_000,
      interval: 5,
    });
    return this.lines[this.#read++] ?? null;
  }

  say(command: 'take' | 'write' | 'release'): void {
    this.child.stdin!.write(`${command}\n`);
  }

  async ask(command: 'take' | 'write' | 'release'): Promise<string | null> {
    this.say(command);
    return this.next();
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }
}

async function start(command?: readonly string[]): Promise<Contender> {
  const one = new Contender(folder.path, command);
  expect(await one.next()).toBe('ready');
  return one;
}

beforeAll(async () => {
  programs = await testFolder();
  program = await testProgram(programs.path, 'contender', contender);
});
afterAll(() => programs.remove());
beforeEach(async () => void (folder = await testFolder()));
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await folder.remove();
});

const chain = (name: string): string => join(folder.path, 'socketscope-lock', name);
const takeAndRelease = async (): Promise<void> => (await lockDataFolder(folder.path)).release();

/** The newest link, as somebody left it who cannot be seen from here. */
async function leaveLink(text: string): Promise<void> {
  await mkdir(chain(''), { recursive: true });
  await writeFile(chain('holder-1'), text);
}

describe('the lock of a data folder', () => {
  it('is held by one at a time, and free again afterwards', async () => {
    const lock = await lockDataFolder(folder.path);
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject({ ...inUse, subject: folder.path });
    await lock.release();
    await lock.release();
    await takeAndRelease();
  });

  it('creates the folder with its parents', async () => {
    const path = join(folder.path, 'a', 'b');
    const lock = await lockDataFolder(path);
    expect(await readdir(path)).toEqual(['socketscope-lock']);
    await lock.release();
  });

  it('grows no longer, however often it is taken', async () => {
    for (let run = 0; run < 20; run++) await takeAndRelease();
    expect((await readdir(chain(''))).length).toBeLessThan(12);
  });

  it.runIf(isLinux)('says at once where no folder can be made', async () => {
    await expect(lockDataFolder('/proc/socketscope/a')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(lockDataFolder('/dev/null/a')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('names the address that its holder has published, while it holds', async () => {
    const lock = await lockDataFolder(folder.path);
    await lock.publish('http://127.0.0.1:4321/');
    const why = { name: 'folder-used', pid: process.pid, address: 'http://127.0.0.1:4321/' };
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject({ ...inUse, failure: { why } });
    await lock.release();
    expect((await readdir(chain(''))).filter((name) => !name.startsWith('holder-'))).toEqual([]);
  });

  it.runIf(isLinux)('is taken over at once from a process that was killed', async () => {
    const first = await start();
    expect(await first.ask('take')).toBe('held');
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject(inUse);
    await first.kill();
    await takeAndRelease();
  });

  it.runIf(isLinux)('stays with one that is suspended, for as long as it can be seen', async () => {
    const first = await start();
    expect(await first.ask('take')).toBe('held');
    first.child.kill('SIGSTOP');
    const long = new Date(Date.now() - 3_600_000);
    await utimes(chain('holder-1'), long, long);
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject(inUse);
    first.child.kill('SIGCONT');
    expect(await first.ask('write')).toBe('written');
  });

  it.runIf(isLinux).each([
    ['another start of the machine', (): object => ({ ...thisProcess(), birth: '1' })],
    ['a number that nobody has', (): object => ({ ...thisProcess(), pid: 4_194_304 })],
  ])('is taken over at once from a process of %s', async (_what, owner) => {
    await leaveLink(JSON.stringify({ id: 'x', ...owner() }));
    await takeAndRelease();
  });

  it('is taken over after some beats when nobody beats who cannot be seen, or whose link was damaged', async () => {
    const unseen = JSON.stringify({ id: 'x', pid: process.pid, birth: '1', space: elsewhere });
    const texts = [unseen, '', '{', 'null', '{"id":"x"}'];
    await Promise.all(
      texts.map(async (text, at) => {
        const path = join(folder.path, String(at));
        await mkdir(join(path, 'socketscope-lock'), { recursive: true });
        await writeFile(join(path, 'socketscope-lock', 'holder-1'), text);
        await (await lockDataFolder(path)).release();
      }),
    );
  });

  it('is not taken from one who beats, though he cannot be seen and his clock is wrong', async () => {
    await leaveLink(JSON.stringify({ id: 'x', pid: process.pid, birth: '1', space: elsewhere }));
    let second = 0;
    const beats = setInterval(() => void utimes(chain('holder-1'), ++second, second), beatMs);
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject(inUse);
    clearInterval(beats);
  });

  it('goes to exactly one of many who find it dead', async () => {
    await leaveLink(JSON.stringify({ id: 'x', ...thisProcess(), birth: '1', pid: 4_194_304 }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(folder.path)));
    const got = results.filter((result) => result.status === 'fulfilled');
    expect(got).toHaveLength(1);
    await got[0]!.value.release();
  });
});

describe.runIf(isLinux)('one that stood still', () => {
  /** The same folder, and nobody there can see a process here. */
  const elsewhereToo = ['unshare', '-pf', '--kill-child'];
  const mayUnshare = spawnSync('unshare', ['-pf', 'true']).status === 0;

  it('writes nothing more when it finds on waking that it has an heir, and says so', async () => {
    const first = await start();
    expect(await first.ask('take')).toBe('held');
    expect(await first.ask('write')).toBe('written');
    first.child.kill('SIGSTOP');
    // What another container writes that took it for dead.
    await writeFile(chain('holder-2'), JSON.stringify({ id: 'heir', pid: 1, birth: '1', space: elsewhere }));
    first.child.kill('SIGCONT');
    expect(await first.next()).toBe('DATA_FOLDER_LOST');
    expect(await first.ask('write')).toBe('not written: DATA_FOLDER_LOST');
    expect((await readFile(join(folder.path, 'written'), 'utf8')).split('\n')).toHaveLength(2);
    const before = await readdir(chain(''));
    expect(await first.ask('release')).toBe('released');
    expect(await readdir(chain(''))).toEqual(before);
  });

  it('is found in another PID namespace while it beats, and has an heir there when it does not', async (context) => {
    if (!mayUnshare) return context.skip('unshare -pf is not permitted here');
    const first = await start();
    expect(await first.ask('take')).toBe('held');
    // /proc is still that of the old namespace there, as it may be in a container.
    const second = await start(elsewhereToo);
    const third = await start([...elsewhereToo, '--mount-proc']);
    expect(await Promise.all([second.ask('take'), third.ask('take')])).toEqual([inUse.code, inUse.code]);
    first.child.kill('SIGSTOP');
    expect(await second.ask('take')).toBe('held');
    expect(await third.ask('take')).toBe(inUse.code);
    first.say('write');
    first.child.kill('SIGCONT');
    expect([await first.next(), await first.next()]).toContain('not written: DATA_FOLDER_LOST');
    expect(await second.ask('write')).toBe('written');
  });

  it('is one of at most one, whatever many are killed or stopped in the middle of', async () => {
    // Each round: all try at once over what the round before left; some are killed or stopped while they do.
    let holders: Contender[] = [];
    for (let round = 0; round < 40; round++) {
      const missing = 5 - children.filter((child) => !child.hasEnded).length;
      await Promise.all(Array.from({ length: missing }, () => start()));
      const waiting = children.filter((child) => !child.hasEnded && !holders.includes(child));
      for (const one of waiting) one.say('take');
      const [killed, stopped] = [waiting[round % waiting.length]!, waiting[(round + 1) % waiting.length]!];
      if (round % 2 === 0) stopped.child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, round % 5));
      const end = once(killed.child, 'close');
      killed.child.kill('SIGKILL');
      await end;
      stopped.child.kill('SIGCONT');
      const said = await Promise.all(waiting.filter((one) => one !== killed).map((one) => one.next()));
      const rest = waiting.filter((one) => one !== killed);
      holders = [...holders, ...rest.filter((_, at) => said[at] === 'held')].filter((one) => !one.hasEnded);
      expect(holders.length).toBeLessThanOrEqual(1);
      expect(said.filter((one) => one !== 'held' && one !== inUse.code)).toEqual([]);
      for (const one of holders) expect(await one.ask('write')).toBe('written');
      // The next round is over a dead one's lock, or over one that was given back.
      if (round % 3 === 0) await Promise.all(holders.splice(0).map((one) => one.kill()));
      else if (round % 3 === 1)
        for (const one of holders.splice(0)) expect(await one.ask('release')).toBe('released');
    }
    await Promise.all(holders.map((one) => one.kill()));
    await takeAndRelease();
  }, 180_000);
});

describe('one whose folder was removed, or is another one now,', () => {
  const remake = (): Promise<void> => rm(chain(''), { recursive: true });
  const isGone = (): string => {
    try {
      requireHeld(folder.path);
      return 'held';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code!;
    }
  };

  it('writes nothing there once a second process has it, whose link has the same number', async () => {
    const first = await start();
    expect(await first.ask('take')).toBe('held');
    await remake();
    const second = await start();
    expect(await second.ask('take')).toBe('held');
    expect(await readdir(chain(''))).toEqual(['holder-1']);
    expect(await first.next()).toBe('DATA_FOLDER_LOST');
    expect(await first.ask('write')).toBe('not written: DATA_FOLDER_LOST');
    expect(await second.ask('write')).toBe('written');
    expect(await first.ask('release')).toBe('released');
    expect(await first.ask('write')).toBe('not written: DATA_FOLDER_LOST');
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject(inUse);
  });

  it.runIf(isLinux)('does not give back what is the second one’s, however soon it ends', async () => {
    const first = await start();
    expect(await first.ask('take')).toBe('held');
    // What it asks for first when it wakes is its end.
    first.child.kill('SIGSTOP');
    await remake();
    const second = await start();
    expect(await second.ask('take')).toBe('held');
    first.say('release');
    first.child.kill('SIGCONT');
    await vi.waitUntil(() => first.lines.includes('released'), { timeout: 50_000 });
    expect(await readdir(chain(''))).toEqual(['holder-1']);
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject(inUse);
  });

  it('gives no sign of life for a second one that has died', async () => {
    const lock = await lockDataFolder(folder.path);
    let isLost = false;
    lock.onLost(() => (isLost = true));
    await remake();
    await leaveLink(JSON.stringify({ id: 'x', ...thisProcess(), pid: 4_194_304 }));
    const { mtimeMs } = await stat(chain('holder-1'));
    await vi.waitUntil(() => isLost, { timeout: 50_000 });
    expect((await stat(chain('holder-1'))).mtimeMs).toBe(mtimeMs);
    await lock.release();
  });

  it('writes nothing while it is gone, and goes on when it is back', async () => {
    const lock = await lockDataFolder(folder.path);
    const away = `${folder.path}-away`;
    await rename(folder.path, away);
    await vi.waitUntil(() => isGone() === 'ENOENT', { timeout: 50_000 });
    // What is there while a disk is not mounted.
    await mkdir(folder.path);
    expect(isGone()).toBe('ENOENT');
    await rm(folder.path, { recursive: true });
    await rename(away, folder.path);
    expect(isGone()).toBe('held');
    await lock.release();
    await takeAndRelease();
  });
});

describe('the lock of the first versions', () => {
  const leaveOld = (content: string): Promise<void> => writeFile(join(folder.path, 'lock'), content);

  it('is respected while its process lives, and goes with it', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      await leaveOld(JSON.stringify({ pid: other.pid, birth: '' }));
      await expect(lockDataFolder(folder.path)).rejects.toMatchObject(inUse);
      // Whoever was turned away by it holds nothing.
      await expect(lockDataFolder(folder.path)).rejects.toMatchObject({
        failure: { why: { name: 'folder-used', pid: other.pid } },
      });
    } finally {
      other.kill();
      await once(other, 'exit');
    }
    await takeAndRelease();
    expect(await readdir(folder.path)).toEqual(['socketscope-lock']);
  });

  it.runIf(isLinux)('does not count when the number of its process was given to another', async () => {
    await leaveOld(JSON.stringify({ pid: process.ppid, birth: 'an earlier boot/1' }));
    await takeAndRelease();
    expect(await readdir(folder.path)).toEqual(['socketscope-lock']);
  });

  it.each(['', '{', 'my own file', '{"pid":1,"birth":"1","mine":true}'])(
    'is no lock with anything else in it, and stays: %j',
    async (content) => {
      await leaveOld(content);
      await takeAndRelease();
      expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(content);
    },
  );
});
