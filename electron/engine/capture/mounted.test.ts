/** A capture on a disk that is unmounted, or full: a real one, in a mount namespace of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { buildProgram } from '../testing/program.ts';

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

it.skipIf(!canMount)(
  'tells what is safe when its disk is unmounted or full, and goes on without a gap when it is there again (skipped where no file system can be mounted)',
  async () => {
    const program = await buildProgram('mounted');
    onTestFinished(program.remove);
    const { path, remove } = await testFolder();
    onTestFinished(remove);
    const child = spawn('unshare', ['-rm', process.execPath, program.path, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [output, exit] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(exit).toEqual([0, null]);
    const gone = { code: 'CAPTURE_GONE', isItsFolder: true, congested: true };
    const { unmounted, unmountedIdle, full, ...after } = JSON.parse(output) as Record<
      string,
      { safe: unknown }
    >;
    expect(unmounted).toEqual({ ...gone, safe: { records: 100, bytes: 30_000 } });
    expect(unmountedIdle).toMatchObject({ ...gone, safe: { records: 200 } });
    expect(full).toMatchObject({ code: 'ENOSPC', isItsFolder: true, congested: true });
    expect(full!.safe).toMatchObject({ records: expect.toSatisfy((n: number) => n >= 200 && n < 1000) });
    const note = (code: string) => ({ kind: 'note', note: 'capture-failed', code });
    expect(after).toEqual({
      safeLength: 1100,
      length: 1100,
      wrong: [],
      notes: [note('CAPTURE_GONE'), note('CAPTURE_GONE'), note('ENOSPC')],
    });
  },
);
