/**
 * In a mount namespace that its test has made, with a small disk of its own: takes the disk away and brings it back, then
 * fills it and empties it, while a capture runs; prints what was told at each step. Its argument is an empty folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Capture } from '../../capture/capture.ts';
import { noStream } from '../../capture/recorder.ts';
import { patterned } from '../patterned.ts';

const [, , folder] = process.argv;
const disk = join(folder!, 'disk');
const mounted = join(folder!, 'mounted');
const mount = (...args: string[]): unknown => execFileSync('mount', args);
mkdirSync(disk);
mkdirSync(mounted);
mount('-t', 'tmpfs', '-o', 'size=4m', 'none', disk);
mount('--bind', disk, mounted);

const open = (): Promise<Capture> => Capture.open(join(mounted, 'capture'), { keepFreeBytes: 0 });
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
let capture = await open();
async function recordTo(length: number): Promise<void> {
  while (capture.length < length) capture.record('received', noStream, patterned(300, capture.length));
  await capture.flush().catch(() => undefined);
}
async function failed(): Promise<unknown> {
  await until(() => capture.failure !== null);
  const { code, subject, safe } = capture.failure!;
  return { code, isItsFolder: subject === join(mounted, 'capture'), safe, congested: capture.congested };
}

await recordTo(100);
execFileSync('umount', ['--lazy', mounted]);
await recordTo(150);
const unmounted = await failed();
mount('--bind', disk, mounted);
await until(() => capture.failure === null);
await recordTo(200);
execFileSync('umount', ['--lazy', mounted]);
const unmountedIdle = await failed();
mount('--bind', disk, mounted);
await until(() => capture.failure === null);

const filler = join(disk, 'filler');
try {
  writeFileSync(filler, Buffer.alloc(8_000_000));
} catch {
  // As much as fits is in it: that is what it is for.
}
await recordTo(1000);
const full = await failed();
rmSync(filler);
await until(() => capture.failure === null);
await recordTo(1100);
const safeLength = capture.safeLength;
await capture.close();

capture = await open();
const wrong: number[] = [];
const notes: unknown[] = [];
for (let i = 0; i < capture.length; i++) {
  const { kind, detail } = await capture.info(i);
  if (kind === 'note') notes.push(detail);
  else if (Buffer.compare(await capture.payload(i, 0, 300), patterned(300, i)) !== 0) wrong.push(i);
}
console.log(
  JSON.stringify({ unmounted, unmountedIdle, full, safeLength, length: capture.length, wrong, notes }),
);
await capture.close();
