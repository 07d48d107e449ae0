/** Small programs for tests that need a process of its own around the engine's modules. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// As build/bundle.mjs gives to its bundles: CommonJS among the dependencies asks for these.
const nodeModules = `
import { createRequire } from 'node:module';
import { fileURLToPath as toPath } from 'node:url';
const require = createRequire(import.meta.url);
const __filename = toPath(import.meta.url);`;

/** Bundles TypeScript whose imports are relative to this folder; resolves with the path of a file for node. */
export async function testProgram(folder: string, name: string, source: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('./', import.meta.url)), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    banner: { js: nodeModules },
  });
  return outfile;
}
