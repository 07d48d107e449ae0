// `npm run serve [-- --port N --host H --no-open --data DIR]`: the host without Electron.
import { ensureBuilt, ensurePackages } from './setup.mjs';

ensurePackages();
ensureBuilt('headless');
// In this process, so that signals and the terminal are its own.
await import('../out/headless/serve.js');
