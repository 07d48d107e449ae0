import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundleHosts } from './bundle.mjs';

await Promise.all([
  bundleHosts(),
  build({ configFile: fileURLToPath(new URL('./vite.config.js', import.meta.url)), logLevel: 'warn' }),
]);
