/** The whole page in a test, before an engine that the test plays. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import App from '../App.svelte';
import { loadParts } from '../lib/part.svelte.ts';
import { AppState } from '../state/app.svelte.ts';
import type { TestHost } from './host.ts';

const apps: AppState[] = [];

/** Shows the page at 1200 x 800 and waits until it has what `host` knows. */
export async function openPage(host: TestHost): Promise<AppState> {
  await page.viewport(1200, 800);
  // As after a moment of the real one.
  await loadParts();
  // The frame of the tests gives it the height of the window at least, which a larger text makes too much.
  document.body.style.minHeight = '0';
  const app = new AppState(host.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await render(App, { props: { app } });
  await host.summarize();
  return app;
}

export function closePages(): void {
  for (const app of apps.splice(0)) app.close();
}
