// `npm run bench [-- name…]`: builds what is missing, bundles the benchmarks and runs them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './setup.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));

/** What the benchmarks measure is the product as built. */
const built = ['out/page/index.html', 'out/headless/serve.js', 'out/workers/search-worker.js'];

async function bundleBenchmarks() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: project,
    // Processes of their own: the one in charge, and those that it starts.
    entryPoints: [
      'bench/main.ts',
      ...['sender', 'sink', 'receiver', 'capture', 'page'].map((name) => `bench/processes/${name}.ts`),
    ],
    entryNames: '[name]',
    outdir: 'out/bench',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: true,
    external: ['@playwright/test', 'bufferutil', 'utf-8-validate'],
    // Some bundled dependencies are CommonJS and call require() for node's own modules.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

await ensurePackages();
if (built.some((file) => !existsSync(project + file))) {
  console.log('Building…');
  const { status } = spawnSync(process.execPath, ['build/build.mjs'], { cwd: project, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
await bundleBenchmarks();
const { runBenchmarks } = await import('../out/bench/main.js');
process.exitCode = await runBenchmarks({
  names: process.argv.slice(2),
  /** For the benchmarks that need a page; the others run without a browser. */
  async browserOptions() {
    const { ensureChromium } = await import('./ensure-chromium.mjs');
    ensureChromium();
    const { chromiumLaunch } = await import('./chromium.mjs');
    return chromiumLaunch();
  },
});
