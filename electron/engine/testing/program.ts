/** Small programs for tests that need a process of its own around the engine's modules. */
import { build, type BuildOptions } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type TestProgram = { path: string; remove(): Promise<void> };

// As build/bundle.mjs gives to its bundles: CommonJS among the dependencies asks for these.
const nodeModules = `
import { createRequire } from 'node:module';
import { fileURLToPath as toPath } from 'node:url';
const require = createRequire(import.meta.url);
const __filename = toPath(import.meta.url);`;

const bundled: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
  banner: { js: nodeModules },
};

/** Bundles TypeScript whose imports are relative to `disk/`; resolves with the path of a file for node. */
export async function testProgram(folder: string, name: string, source: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  const resolveDir = fileURLToPath(new URL('../disk/', import.meta.url));
  await build({ ...bundled, outfile, stdin: { contents: source, resolveDir, loader: 'ts' } });
  return outfile;
}

/** Bundles a program of `programs/`, by its name. */
export async function buildProgram(name: string): Promise<TestProgram> {
  const source = new URL(`programs/${name}.ts`, import.meta.url);
  const path = fileURLToPath(new URL(`../../../out/test/${name}-${process.pid}.mjs`, import.meta.url));
  await build({ ...bundled, outfile: path, entryPoints: [fileURLToPath(source)] });
  return { path, remove: () => rm(path, { force: true }) };
}
