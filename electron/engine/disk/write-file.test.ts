import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { testProgram } from '../testing/program.ts';
import { sweepTemporary } from './temporary.ts';
import { replaceFile } from './write-file.ts';

type Folder = Awaited<ReturnType<typeof testFolder>>;
const run = promisify(execFile);

let programs: Folder;
let folder: Folder;
let path: string;
beforeAll(async () => void (programs = await testFolder()));
afterAll(() => programs.remove());
beforeEach(async () => {
  folder = await testFolder();
  path = join(folder.path, 'kept.json');
});
afterEach(() => folder.remove());

/** Saves whatever the engine and the shell keep, in their own words, and says what the kernel does with signals. */
const savesAll = `
  import { readFileSync } from 'node:fs';
  import { join } from 'node:path';
  import { writeMeta } from '../capture/meta.ts';
  import { defaultListener } from '../../../shared/settings/endpoint.ts';
  import { CertificateStore } from '../layers/tls/certificate-store.ts';
  import { Workspace } from '../documents/workspace.ts';
  import { writeWindowState } from '../../window-state.ts';
  const [, , folder = ''] = process.argv;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => undefined);
  const signals = () =>
    readFileSync('/proc/self/status', 'latin1').split('\\n').filter((line) => /^Sig(Cgt|Ign)/.test(line));
  const before = signals();
  const workspace = await Workspace.open(folder);
  workspace.add('e0000000000a1', defaultListener());
  await workspace.close();
  await writeMeta(folder, { base: 0, closed: true });
  const names = { name: '', hosts: ['a.test'], keyType: 'ec' } as const;
  await new CertificateStore(join(folder, 'certificates'), new URL('file:///none/')).makeIdentity(names);
  await writeWindowState(join(folder, 'window.json'), { bounds: { x: 0, y: 0, width: 1, height: 1 }, maximized: false });
  console.log(JSON.stringify({ before, after: signals() }));
`;

describe('a file that is replaced', () => {
  it('holds the new content, for its owner alone, and nothing is left beside it', async () => {
    await writeFile(path, 'old', { mode: 0o644 });
    await replaceFile(path, 'new ✓');
    expect(await readFile(path, 'utf8')).toBe('new ✓');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder.path)).toEqual(['kept.json']);
  });

  it('stays what it was when it cannot be replaced, and nothing is left', async () => {
    await mkdir(path);
    await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder.path)).toEqual(['kept.json']);
  });

  describe('over a symbolic link, which stays,', () => {
    it('is what the link names', async () => {
      const elsewhere = join(folder.path, 'elsewhere.json');
      await writeFile(elsewhere, 'old');
      await symlink(elsewhere, path);
      await replaceFile(path, 'new');
      expect(await readFile(elsewhere, 'utf8')).toBe('new');
      expect((await stat(path)).ino).toBe((await stat(elsewhere)).ino);
    });

    it('is made where the link, and another one behind it, name what is not there yet', async () => {
      await mkdir(join(folder.path, 'disk', 'deep'), { recursive: true });
      await symlink(join('disk', 'deep'), join(folder.path, 'mounted'));
      await symlink(join('mounted', 'second'), path);
      await symlink(join('..', 'third.json'), join(folder.path, 'disk', 'deep', 'second'));
      await replaceFile(path, 'new');
      expect(await readlink(path)).toBe(join('mounted', 'second'));
      expect(await readFile(join(folder.path, 'disk', 'third.json'), 'utf8')).toBe('new');
      await replaceFile(path, 'newer');
      expect(await readFile(path, 'utf8')).toBe('newer');
    });

    it.each([
      ['into a folder that is not there', join('gone', 'kept.json'), 'ENOENT'],
      ['in a circle', 'kept.json', 'ELOOP'],
    ])('fails where the link leads %s', async (_where, target, code) => {
      await symlink(target, path);
      await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code });
      expect(await readlink(path)).toBe(target);
      expect(await readdir(folder.path)).toEqual(['kept.json']);
    });
  });
});

describe.runIf(process.platform === 'linux')('saving', () => {
  it('leaves what the kernel does with every signal as it was', async () => {
    const program = await testProgram(programs.path, 'saves-all', savesAll);
    const { stdout } = await run(process.execPath, [program, folder.path]);
    const { before, after } = JSON.parse(stdout) as { before: string[]; after: string[] };
    expect(before).toHaveLength(2);
    expect(after).toEqual(before);
  });

  it('past the limit of a file’s size is a failure that is told, not the end of the process', async () => {
    const program = await testProgram(
      programs.path,
      'saves-much',
      `
      import { failureOf } from '../../../shared/failure.ts';
      import { writeMeta } from '../capture/meta.ts';
      import { OpenFiles } from '../capture/open-files.ts';
      const [, , folder = ''] = process.argv;
      await writeMeta(folder, { base: 0, closed: true });
      const files = new OpenFiles(folder, 1);
      const tooMuch = new Uint8Array(1_000_000);
      let failure = null;
      for (let at = 0; failure === null; ) at += await files.write('data', tooMuch, at).catch((error) => ((failure = error), 0));
      console.log(failureOf(failure).code);
      await files.close();
      `,
    );
    const limited = `ulimit -f 100; exec "$0" "$@"`;
    const { stdout } = await run('sh', ['-c', limited, process.execPath, program, folder.path]);
    expect(stdout).toBe('EFBIG\n');
  });

  it('that was killed halfway is swept by the next who opens the folder', async () => {
    const program = await testProgram(
      programs.path,
      'is-killed',
      `
      import { writeFileSync } from 'node:fs';
      import { join } from 'node:path';
      import { temporaryName } from './temporary.ts';
      const [, , folder = ''] = process.argv;
      writeFileSync(join(folder, 'workspace.json.' + temporaryName()), '{"half":');
      console.log('written');
      setInterval(() => undefined, 1000);
      `,
    );
    const child = spawn(process.execPath, [program, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface(child.stdout), 'line');
    await sweepTemporary(folder.path);
    expect(await readdir(folder.path)).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await sweepTemporary(folder.path);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
