import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './chromium.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const language = ['build/vitest-language.ts'];
// Sockets, processes and 100 MB payloads on a loaded two-core machine; a bound, not an expectation.
const testTimeout = 60_000;
const expect = { poll: { timeout: 20_000 } };

export default defineConfig({
  root,
  test: {
    reporters: [
      'default',
      ['json', { outputFile: `test-results/${process.env.VITEST_REPORT ?? 'vitest.json'}` }],
    ],
    projects: [
      {
        root,
        test: {
          name: 'node',
          include: ['electron/**/*.test.ts', 'build/**/*.test.ts'],
          setupFiles: language,
          globalSetup: ['build/vitest-setup.mjs'],
          testTimeout,
          hookTimeout: testTimeout,
          expect,
          // Many wait for sockets and processes, and two of them left a core idle for a third of the time.
          maxWorkers: 3,
          // One after the other: together the two kinds would share two cores with Chromium.
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        test: {
          name: 'pure',
          include: ['shared/**/*.test.ts', 'renderer/**/*.test.ts'],
          exclude: ['renderer/**/*.svelte.test.ts'],
          setupFiles: language,
          testTimeout,
          expect,
          maxWorkers: 2,
          // Nothing there is kept between calls, so that a process for each file would only cost time.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        plugins: [svelte()],
        // Found only when a later file asks for it, it would be bundled then, and the page loaded anew amid a test.
        optimizeDeps: {
          include: [
            ...[
              'valibot',
              '@codemirror/autocomplete',
              '@codemirror/commands',
              '@codemirror/state',
              '@codemirror/view',
              'style-mod',
            ],
            ...['@lucide/svelte/icons/search', '@lucide/svelte/icons/settings'],
          ],
        },
        test: {
          name: 'page',
          include: ['renderer/**/*.svelte.test.ts'],
          setupFiles: language,
          testTimeout,
          expect,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunch() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
