import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const project = new URL('../', import.meta.url);

export default defineConfig({
  root: fileURLToPath(new URL('renderer/', project)),
  // Relative, because the page is served from app:// on the desktop and from / by the headless host.
  base: './',
  plugins: [svelte({ configFile: fileURLToPath(new URL('svelte.config.js', project)) })],
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
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
