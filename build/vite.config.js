import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const project = new URL('../', import.meta.url);

/** Modules that the entry imports, and what those import, and so on: what comes before the first paint. */
const first = new Set();
/** The same of the words that come later: all other later modules keep them as they load, and may not load with them. */
const words = new Set();

/** @type {import('vite').Plugin} */
const findFirst = {
  name: 'find-first',
  buildEnd() {
    const fill = (set, isRoot) => {
      set.clear();
      const found = [...this.getModuleIds()].filter(isRoot);
      for (const id of found)
        if (!set.has(id)) {
          set.add(id);
          found.push(...(this.getModuleInfo(id)?.importedIds ?? []));
        }
    };
    fill(first, (id) => this.getModuleInfo(id)?.isEntry);
    fill(words, (id) => id.endsWith('/shared/texts/en-later.ts'));
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('renderer/', project)),
  // Relative, because the page is served from app:// on the desktop and from / by the headless host.
  base: './',
  plugins: [svelte({ configFile: fileURLToPath(new URL('svelte.config.js', project)) }), findFirst],
  build: {
    outDir: fileURLToPath(new URL('out/page/', project)),
    emptyOutDir: true,
    target: 'chrome120',
    // Inlined assets would need data: in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One sheet, so that what comes later does not change what is drawn.
    cssCodeSplit: false,
    // A slow build is no warning to a person who wants to start the app.
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        // A request costs more than the bytes it brings: one for what comes first, one for what several later parts share.
        codeSplitting: {
          groups: [
            { name: 'first', test: (id) => first.has(id), priority: 3 },
            { name: 'en-later', test: (id) => words.has(id), priority: 2 },
            { name: 'shared', test: (id) => !id.includes('node_modules'), minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
});
