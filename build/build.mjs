// `npm run build`: everything into out/. With --headless: only what the host without Electron needs.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundleHeadless, bundleHosts, bundleWorkers } from './bundle.mjs';
import { fingerprint, stampBuilt } from './setup.mjs';

const isHeadless = process.argv.includes('--headless');

// Of the sources as they are read: what is changed meanwhile is built again next time.
const current = fingerprint();
await Promise.all([
  ...(isHeadless ? [bundleWorkers(), bundleHeadless()] : [bundleHosts()]),
  build({ configFile: fileURLToPath(new URL('./vite.config.js', import.meta.url)), logLevel: 'warn' }),
]);
stampBuilt(isHeadless ? 'headless' : 'all', current);
