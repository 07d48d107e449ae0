// The Node that Electron runs, for the tests of the engine: its program comes in a package of the npm registry.
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './debian.mjs';

const version = '24.22.3';
const folder = fileURLToPath(new URL('../out/node24', import.meta.url));
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** Path of its program, installed first where it is not there yet; null where it cannot be had. */
export function ensureNode24() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const program = `${folder}/node_modules/${name}/bin/${file}`;
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  return run('npm', 'install', ...options, '--prefix', folder, `${name}@${version}`) ? program : null;
}
