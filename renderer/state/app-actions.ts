import type { ActionName } from '../../shared/actions.ts';
import type { DocumentId } from '../../shared/layout.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { readyMadeIds, type ReadyMadeId } from '../../shared/settings/ready-made.ts';
import { withOwnPort } from '../lib/next-port.ts';
import { focusFirstField, keepFocus } from '../lib/keep-focus.ts';
import { enterZone, nextZone } from '../lib/zones.ts';
import { Part } from '../lib/part.svelte.ts';
import type { AppState } from './app.svelte.ts';

const readyMades = new Part(() => import('./ready-made.ts'));

/** That it cannot be had is told to the page. */
const makeReadyMade = (app: AppState, id: ReadyMadeId): Promise<void> =>
  readyMades.want().then(
    (made) => made.makeReadyMade(app, id),
    () => undefined,
  );

/** The actions that need no pane. Returns a function that takes them back. */
export function registerAppActions(app: AppState): () => void {
  const takeBack = [...newThings(app), ...sheets(app), ...tabs(app), ...endpoints(app)].map(
    ([name, run, enabled]) => app.onAction(name, run, enabled),
  );
  return () => takeBack.forEach((each) => each());
}

type Entry = [name: ActionName, run: () => void, enabled?: () => boolean];

const newThings = (app: AppState): Entry[] => [
  ['new-server', () => void add(app, defaultListener()), () => app.connected],
  ['new-client', () => void add(app, defaultClient()), () => app.connected],
  ['start-echo-demo', () => void app.startEchoDemo(), () => app.connected],
  ...readyMadeIds.map((id): Entry => [`new-${id}`, () => void makeReadyMade(app, id), () => app.connected]),
];

async function add(app: AppState, settings: EndpointSettings): Promise<void> {
  const others = app.endpoints.map((endpoint) => endpoint.settings);
  if (await app.addEndpoint(withOwnPort(settings, others))) await focusFirstField();
}

const sheets = (app: AppState): Entry[] => [
  ['command-palette', () => (app.sheet = app.sheet === 'palette' ? null : 'palette')],
  ['show-certificates', () => (app.sheet = 'certificates'), () => app.connected],
  ['import-messages', () => (app.sheet = 'import'), () => app.connected],
  ['open-workspace', () => (app.sheet = 'workspaces'), () => app.connected],
  ['edit-filters', () => (app.sheet = 'filters'), () => app.active !== null],
  ['open-settings', () => (app.sheet = 'settings')],
  ['show-help', () => (app.sheet = 'help')],
  ['toggle-theme', () => toggleTheme(app)],
];

/** To the other one of what is seen now, whatever the system says. */
function toggleTheme(app: AppState): void {
  const isLight = document.documentElement.dataset.theme === 'light';
  app.changePreferences({ theme: isLight ? 'dark' : 'light' });
}

const tabs = (app: AppState): Entry[] => {
  const step = (by: number) => {
    const place = app.tabs.findIndex((tab) => tab === app.activeTab);
    const next = app.tabs[(place + by + app.tabs.length) % app.tabs.length];
    if (next) app.openTab(next.id);
    void keepFocus();
  };
  const close = () => {
    if (app.activeTab) app.closeTab(app.activeTab.id);
    void keepFocus();
  };
  const show = (document: DocumentId) => {
    app.openTab(document);
    void keepFocus();
  };
  const several = () => app.tabs.length > 1;
  return [
    ['next-tab', () => step(1), several],
    ['previous-tab', () => step(-1), several],
    ['close-tab', close, () => app.activeTab !== null],
    ['show-messages', () => show('messages'), () => app.connected],
    ['search-tabs', () => show('search'), () => app.connected],
    ['show-network', () => show('network'), () => app.connected],
  ];
};

const endpoints = (app: AppState): Entry[] => {
  const isOpen = () => app.active !== null;
  return [
    ['rename-endpoint', () => ask(app, 'rename'), isOpen],
    ['duplicate-endpoint', () => void app.duplicate(app.active!), () => isOpen() && app.connected],
    ['remove-endpoint', () => ask(app, 'remove'), isOpen],
    ['focus-endpoints', focusEndpoints],
    ['next-zone', () => walk(1), () => nextZone(1) !== null],
    ['previous-zone', () => walk(-1), () => nextZone(-1) !== null],
  ];
};

function walk(by: 1 | -1): void {
  const zone = nextZone(by);
  if (zone) enterZone(zone);
}

function ask(app: AppState, what: 'rename' | 'remove'): void {
  if (app.active) app.asking = { what, endpoint: app.active };
}

function focusEndpoints(): void {
  const items = document.querySelectorAll<HTMLElement>('[data-endpoint]');
  ([...items].find((item) => item.ariaCurrent) ?? items[0])?.focus();
}
