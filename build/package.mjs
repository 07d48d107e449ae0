// `npm run package [-- electron-builder's own arguments]`: builds, then packs for this system into dist/.
// `npm run package -- --linux dir` makes an unpacked app; see build/electron-builder.json for what is made by default.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../', import.meta.url));

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: project, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('build/build.mjs');
run(
  'node_modules/electron-builder/cli.js',
  '--config',
  'build/electron-builder.json',
  ...process.argv.slice(2),
);
