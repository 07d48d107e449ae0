import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { isDesktop, openPortChannel } from './lib/port-channel.ts';
import { openWebChannel } from './lib/web-channel.ts';
import { AppState } from './state/app.svelte.ts';

const app = new AppState(isDesktop() ? openPortChannel : () => openWebChannel());
mount(App, { target: document.body, props: { app } });
window.addEventListener('pagehide', () => app.saveLayoutNow());
