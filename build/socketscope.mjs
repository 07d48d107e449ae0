#!/usr/bin/env node
// The installed command `socketscope`. Builds nothing: where it is installed may not be writable.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../out/headless/cli.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const folder = fileURLToPath(new URL('../', import.meta.url));
  process.stderr.write(
    `Socketscope is not built yet. Run “npm ci” and “npm run build” in its folder:\n  ${folder}\n`,
  );
  process.exitCode = 1;
}
