import './choose-language.ts';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forced-colors.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { takeKey } from './lib/page-key.ts';
import { isDesktop, openPortChannel } from './lib/port-channel.ts';
import { openWebChannel } from './lib/web-channel.ts';
import { AppState } from './state/app.svelte.ts';

// Before anything else can read the address.
if (!isDesktop()) takeKey();
const app = new AppState(isDesktop() ? openPortChannel : () => openWebChannel(takeKey()));
mount(App, { target: document.body, props: { app } });
// An address that differs only in its key does not load the page again.
window.addEventListener('hashchange', () => takeKey() !== null && app.reconnect());
window.addEventListener('pagehide', () => app.saveNow());
