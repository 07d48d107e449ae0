/** What can be done with an endpoint by its place in the list, or by its tab. */
import type { TabId } from '../../shared/layout.ts';
import { texts } from '../../shared/texts/index.ts';
import { inGroups, type MenuItem } from '../components/menu-item.ts';
import { clientEndItem } from '../endpoint/end-menu.ts';
import { keysOf } from '../lib/action-tooltip.ts';
import { wordsOf } from '../lib/option-paths.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { Tab } from '../state/tab.ts';
import { copyProgram } from '../state/copy-program-part.ts';
import { startEndpoint, stopEndpoint } from '../state/start-stop.ts';
import { closeOtherTabs, closeTabsAfter } from '../state/tabs.ts';

const words = texts.sidebar;

export const listItems = (app: AppState, endpoint: EndpointState): MenuItem[] =>
  inGroups(
    [{ label: words.open, run: () => app.openTab(endpoint.id) }, ...startItems(app, endpoint)],
    changeItems(app, endpoint),
    closeItems(app, endpoint.id),
    [
      {
        label: texts.actions['verify-log'],
        disabled: !app.connected,
        run: () => {
          app.openTab(endpoint.id);
          app.sheet = 'verify';
        },
      },
    ],
    [
      {
        label: texts.actions['remove-endpoint'],
        danger: true,
        run: () => (app.asking = { what: 'remove', endpoint }),
      },
    ],
  );

/** A document has nothing that could be started or renamed. */
export function tabItems(app: AppState, { id, endpoint }: Tab): MenuItem[] {
  const closeAfter = {
    label: texts.tabs.closeAfter,
    disabled: app.layout.openTabs.at(-1) === id,
    run: () => closeTabsAfter(app, id),
  };
  return inGroups(endpoint ? startItems(app, endpoint) : [], endpoint ? changeItems(app, endpoint) : [], [
    ...closeItems(app, id),
    closeAfter,
  ]);
}

/** What was captured elsewhere has no socket. */
const startItems = (app: AppState, endpoint: EndpointState): MenuItem[] =>
  endpoint.settings.importedFrom === '' ? [startItem(app, endpoint)] : [];

function startItem(app: AppState, endpoint: EndpointState): MenuItem {
  const isServer = endpoint.settings.role === 'listener';
  const disabled = !app.connected;
  if (!endpoint.running)
    return {
      label: texts.actions[isServer ? 'start-listening' : 'connect'],
      disabled,
      run: () => void startEndpoint(app, endpoint),
    };
  if (!isServer) return { ...clientEndItem(app, endpoint), disabled };
  return { label: texts.actions['stop-listening'], disabled, run: () => void stopEndpoint(app, endpoint) };
}

const changeItems = (app: AppState, endpoint: EndpointState): MenuItem[] => [
  {
    label: texts.actions['rename-endpoint'],
    shortcut: keysOf('rename-endpoint'),
    run: () => (app.asking = { what: 'rename', endpoint }),
  },
  ...(endpoint.settings.importedFrom === '' ? socketItems(app, endpoint) : []),
];

const socketItems = (app: AppState, endpoint: EndpointState): MenuItem[] => [
  {
    label: texts.actions['duplicate-endpoint'],
    disabled: !app.connected,
    run: () => void app.duplicate(endpoint),
  },
  {
    label: texts.programs.copyAs,
    items: copyProgram.take()?.endpointPrograms(app, endpoint) ?? [],
  },
  {
    label: wordsOf('startsWithApp', endpoint.settings.role).label,
    disabled: !app.connected,
    checked: endpoint.settings.startsWithApp,
    run: () =>
      void app.changeEndpoint(endpoint, {
        ...endpoint.settings,
        startsWithApp: !endpoint.settings.startsWithApp,
      }),
  },
];

function closeItems(app: AppState, id: TabId): MenuItem[] {
  const { openTabs } = app.layout;
  return [
    {
      label: texts.actions['close-tab'],
      shortcut: keysOf('close-tab'),
      disabled: !openTabs.includes(id),
      run: () => app.closeTab(id),
    },
    {
      label: texts.tabs.closeOthers,
      disabled: !openTabs.some((each) => each !== id),
      run: () => closeOtherTabs(app, id),
    },
  ];
}
