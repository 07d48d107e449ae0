/** Programs in C, where a reference or a peer must be faster than Node. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { outFolder } from './scratch.ts';

/** Path of the program made of bench/<name>.c, or why there is none. */
export async function compile(name: string): Promise<{ program: string } | { reason: string }> {
  mkdirSync(outFolder, { recursive: true });
  const program = join(outFolder, name);
  const source = fileURLToPath(new URL(`../../bench/${name}.c`, import.meta.url));
  try {
    await promisify(execFile)('cc', ['-O2', '-Wall', '-o', program, source]);
    return { program };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { reason: `no C compiler to build bench/${name}.c with: ${why}` };
  }
}
