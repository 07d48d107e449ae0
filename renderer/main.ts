import './choose-language.ts';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forced-colors.css';
import { mount } from 'svelte';
import { completeLanguage } from '../shared/texts/page-languages.ts';
import type { Channel } from '../shared/wire/channel.ts';
import App from './App.svelte';
import { endpointView } from './endpoint/endpoint-view-part.ts';
import { takeKey } from './lib/page-key.ts';
import { isDesktop, openPortChannel } from './lib/port-channel.ts';
import { welcome } from './shell/welcome-part.ts';
import { AppState } from './state/app.svelte.ts';

// Before anything else can read the address.
if (!isDesktop()) takeKey();
/** A page in the background is not drawn. */
const longestUndrawnMs = 250;

const drawn = new Promise<void>((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  setTimeout(resolve, longestUndrawnMs);
});

/** What shows endpoints comes after the first paint: first the words, which its modules keep as they load. */
async function openChannel(): Promise<Channel> {
  await drawn;
  await completeLanguage();
  await Promise.all([endpointView.load(), welcome.load()]);
  if (isDesktop()) return openPortChannel();
  const { openWebChannel } = await import('./lib/web-channel.ts');
  return openWebChannel(takeKey());
}

const app = new AppState(openChannel);
mount(App, { target: document.body, props: { app } });
// An address that differs only in its key does not load the page again.
window.addEventListener('hashchange', () => takeKey() !== null && app.reconnect());
window.addEventListener('pagehide', () => app.saveNow());
