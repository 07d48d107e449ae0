/** Bun, whose BoringSSL says what Electron's does, where it is installed; it is no part of the product. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { testFolder } from './folder.ts';

/** `npm i --no-save --ignore-scripts @oven/bun-linux-x64` puts it where it is found, or BUN names it. */
function findBun(): string | null {
  const named = process.env['BUN'];
  const installed = (): string | null => {
    try {
      return createRequire(import.meta.url).resolve('@oven/bun-linux-x64/bin/bun');
    } catch {
      // Not installed here.
      return null;
    }
  };
  const path = named ?? installed() ?? 'bun';
  return spawnSync(path, ['--version']).status === 0 ? path : null;
}

export const bun = findBun();

const engine = new URL('..', import.meta.url).pathname;

export type Running = { output(): string; ended: Promise<unknown> };

/** Runs `source`, in which `engine` is the engine's folder; ended with the test. */
export async function startInBun(source: string, input: unknown = null): Promise<Running> {
  const { path, remove } = await testFolder();
  onTestFinished(remove);
  const head = `const engine = ${JSON.stringify(engine)}; const input = ${JSON.stringify(input)};\n`;
  await writeFile(`${path}/spec.ts`, head + source);
  const child = spawn(bun!, ['run', `${path}/spec.ts`]);
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (text += String(piece)));
  return { output: () => text, ended };
}

/** What `source` prints as JSON. */
export async function inBun<T>(source: string, input: unknown = null): Promise<T> {
  const { output, ended } = await startInBun(source, input);
  await ended;
  try {
    return JSON.parse(output()) as T;
  } catch {
    throw new Error(`Bun printed: ${output()}`);
  }
}
