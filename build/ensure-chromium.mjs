import { findChromium, isQuickChromium } from './chromium.mjs';
import { installOnDebian, run } from './debian.mjs';

/** Path of a Chromium, installed first where none is found. Throws when every way fails, naming what to do. */
export function ensureChromium() {
  const found = findChromium();
  if (found && isQuickChromium(found)) return found;
  installOnDebian('chromium-headless-shell');
  if (!findChromium()) run(process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium');
  const installed = findChromium();
  if (!installed) throw new Error('No Chromium found. Install one and set SOCKETSCOPE_CHROMIUM to its path.');
  return installed;
}
