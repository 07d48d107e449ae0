// `npm run build`: everything into out/. With --headless: only what the host without Electron needs.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundleHeadless, bundleHosts, bundleWorkers } from './bundle.mjs';

const isHeadless = process.argv.includes('--headless');

await Promise.all([
  ...(isHeadless ? [bundleWorkers(), bundleHeadless()] : [bundleHosts()]),
  build({ configFile: fileURLToPath(new URL('./vite.config.js', import.meta.url)), logLevel: 'warn' }),
]);
