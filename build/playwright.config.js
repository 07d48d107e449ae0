import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { chromiumLaunch } from './chromium.mjs';

const project = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const desktopSpecs = ['**/shell*.spec.ts', '**/desktop-speed.spec.ts'];

export default defineConfig({
  testDir: project('e2e'),
  outputDir: project('test-results/playwright'),
  reporter: [['list'], ['json', { outputFile: project('test-results/playwright.json') }]],
  // Hosts, Chromium and floods of traffic share two cores; bounds, not expectations.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  // Specs share nothing: each has its own host, data folder and ports. Two of them wait now and then.
  workers: 3,
  forbidOnly: true,
  use: {
    launchOptions: chromiumLaunch(),
    viewport: { width: 1440, height: 900 },
    // A trace takes a fifth of the time: ask for one of a test that fails, by `--trace on`.
    screenshot: 'only-on-failure',
  },
  // The longest files first: at the end, one of them would leave a core idle.
  projects: [
    { name: 'desktop', testMatch: desktopSpecs },
    { name: 'headless', testMatch: '**/*.spec.ts', testIgnore: desktopSpecs },
  ],
});
