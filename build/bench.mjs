// `npm run bench [-- name…]`: builds what is missing, bundles the benchmarks and runs them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './setup.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));

/** What the benchmarks measure is the product as built. */
const built = ['out/page/index.html', 'out/headless/serve.js', 'out/workers/search-worker.js'];

/** True when the product was never built, or its sources have changed since. */
function isOutOfDate() {
  if (built.some((file) => !existsSync(project + file))) return true;
  const builtAt = Math.min(...built.map((file) => statSync(project + file).mtimeMs));
  return ['electron', 'renderer', 'shared'].some((folder) =>
    readdirSync(project + folder, { recursive: true, withFileTypes: true }).some(
      (entry) =>
        entry.isFile() &&
        !/\.test\.ts$/.test(entry.name) &&
        statSync(`${entry.parentPath}/${entry.name}`).mtimeMs > builtAt,
    ),
  );
}

async function bundleBenchmarks() {
  const { build } = await import('esbuild');
  // A page of its own, which the product's is compared with.
  await build({
    absWorkingDir: project,
    entryPoints: ['bench/pages/bare-editor.ts'],
    outdir: 'out/bench',
    bundle: true,
    format: 'iife',
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: project,
    // Processes of their own: the one in charge, and those that it starts.
    entryPoints: [
      'bench/main.ts',
      ...[
        'sender',
        'sink',
        'receiver',
        'capture',
        'page',
        'plain-host',
        'neighbours',
        'repeater',
        'udp-receiver',
        'udp-sink',
        'tls-receiver',
        'tls-sink',
        'tls-sender',
      ].map((name) => `bench/processes/${name}.ts`),
    ],
    entryNames: '[name]',
    outdir: 'out/bench',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: true,
    external: ['@playwright/test', 'bufferutil', 'utf-8-validate'],
    // Some bundled dependencies are CommonJS: they call require() for node's own modules, and read their file's name.
    banner: {
      js: `
import { createRequire as createRequireForBundle } from 'node:module';
import { fileURLToPath as fileURLToPathForBundle } from 'node:url';
const require = createRequireForBundle(import.meta.url);
const __filename = fileURLToPathForBundle(import.meta.url);`,
    },
    logLevel: 'warning',
  });
}

await ensurePackages();
if (isOutOfDate()) {
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
