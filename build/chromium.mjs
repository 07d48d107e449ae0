import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** Without a browser's windows, profiles and services: the same page, and tests take half the time. */
const headlessShell = '/usr/bin/chromium-headless-shell';
const systemPlaces = [
  headlessShell,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Path of the Chromium that tests drive: SOCKETSCOPE_CHROMIUM, then Playwright's own, then the system's.
 * @returns {string | null}
 */
export function findChromium() {
  const asked = process.env.SOCKETSCOPE_CHROMIUM;
  if (asked) return asked;
  return [chromium.executablePath(), ...systemPlaces].find((path) => path && existsSync(path)) ?? null;
}

/** True unless Debian's headless shell would be the quicker one to drive. */
export const isQuickChromium = (/** @type {string} */ path) =>
  path === headlessShell || path === process.env.SOCKETSCOPE_CHROMIUM || path === chromium.executablePath();

/** Launch options for Playwright. Root cannot use Chromium's sandbox; the other switches keep it off the network. */
export function chromiumLaunch() {
  const executablePath = findChromium();
  return {
    ...(executablePath ? { executablePath } : {}),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-quic',
      '--disable-gpu',
      // The headless shell would round each letter's width to whole pixels, as no browser's window does.
      '--font-render-hinting=none',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
