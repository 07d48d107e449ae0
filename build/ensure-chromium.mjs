import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';

function run(command, ...args) {
  const shown = [command, ...args].join(' ');
  console.log(`> ${shown}`);
  return (
    spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status === 0
  );
}

/** Path of a Chromium, installed first where none is found. Throws when every way fails, naming what to do. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  run(process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium');
  if (!findChromium() && existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    run('apt-get', 'update', '-qq');
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium');
  }
  const installed = findChromium();
  if (!installed) throw new Error('No Chromium found. Install one and set SOCKETSCOPE_CHROMIUM to its path.');
  return installed;
}
