import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('../', import.meta.url));

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: project,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'none',
};

// Some bundled dependencies are CommonJS: they call require() for node's own modules, and read their file's name.
const requireInEsm = {
  js: `
import { createRequire as createRequireForBundle } from 'node:module';
import { fileURLToPath as fileURLToPathForBundle } from 'node:url';
const require = createRequireForBundle(import.meta.url);
const __filename = fileURLToPathForBundle(import.meta.url);`,
};

/** Bundles of worker threads. Both hosts and the tests start workers from `out/workers/`. */
export async function bundleWorkers(out = 'out') {
  await build({
    ...common,
    format: 'esm',
    banner: requireInEsm,
    entryPoints: {
      'import-worker': 'electron/engine/layers/tls/import-worker.ts',
      'search-worker': 'electron/engine/reading/search-worker.ts',
    },
    outdir: `${out}/workers`,
  });
}

const dayMs = 86_400_000;

/**
 * The host without Electron and the command line, into `out`/headless/: each command in parts, because reading all of them
 * takes longer than most commands run.
 */
export async function bundleHeadless(out = 'out') {
  const { metafile } = await build({
    metafile: true,
    ...common,
    format: 'esm',
    banner: requireInEsm,
    entryPoints: { serve: 'electron/headless/serve-main.ts', cli: 'electron/headless/cli/main.ts' },
    splitting: true,
    minifyWhitespace: true,
    minifySyntax: true,
    chunkNames: 'part-[hash]',
    external: ['bufferutil', 'utf-8-validate'],
    outdir: `${out}/headless`,
  });
  // Whoever still runs of the build before may load a part of it later.
  const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  const folder = resolve(project, out, 'headless');
  for (const name of readdirSync(folder))
    if (!made.has(name) && Date.now() - statSync(join(folder, name)).mtimeMs > dayMs)
      rmSync(join(folder, name));
}

/** The command line as tests run it, of a version that is no other's: built once for all of them. */
export const testProgram = `${project}out/testing`;

export async function bundleForTests() {
  const out = `${testProgram}/out`;
  await Promise.all([bundleHeadless(out), bundleWorkers(out)]);
  writeFileSync(`${testProgram}/package.json`, '{"version":"1.2.3","type":"module"}');
}

/** Electron's main process and preload, and the icon of its windows. */
export async function bundleShell() {
  mkdirSync(`${project}out/electron`, { recursive: true });
  copyFileSync(`${project}build/icons/256x256.png`, `${project}out/electron/icon.png`);
  await Promise.all([
    build({
      ...common,
      format: 'esm',
      banner: requireInEsm,
      entryPoints: { main: 'electron/main.ts' },
      external: ['electron'],
      outdir: 'out/electron',
    }),
    // A sandboxed preload must be one CommonJS file.
    build({
      ...common,
      format: 'cjs',
      entryPoints: { preload: 'electron/preload.ts' },
      external: ['electron'],
      outdir: 'out/electron',
      outExtension: { '.js': '.cjs' },
    }),
  ]);
}

/** Everything that runs outside the page: shell, preload, headless host, workers. */
export async function bundleHosts() {
  await Promise.all([bundleWorkers(), bundleShell(), bundleHeadless()]);
}

/** True where the workers' source exists; a partial checkout can still run the pure tests. */
export const hasWorkers = () => existsSync(`${project}electron/engine/reading/search-worker.ts`);
