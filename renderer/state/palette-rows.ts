/** The rows of the command palette: what they are called, what they do, and their order. */
import { tick } from 'svelte';
import { actions } from '../../shared/actions.ts';
import { formatAddress } from '../../shared/address.ts';
import { mostRecent } from '../../shared/layout.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { readyMadeIds } from '../../shared/settings/ready-made.ts';
import { texts } from '../../shared/texts/index.ts';
import { chordKeysOf, keysOf, logKeysOf } from '../lib/action-tooltip.ts';
import { keysOfMessage } from '../messages/keys.ts';
import { sendSaved } from '../messages/send-saved.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import { matchScore } from '../lib/palette-match.ts';
import { readPastedAddress, type PastedAddress } from '../lib/pasted-address.ts';
import { stateLineOf } from '../lib/state-line.ts';
import type { AppState } from './app.svelte.ts';
import { clockNow } from './clock.svelte.ts';
import { logOf } from './log.svelte.ts';
import { messagesOf } from './messages.svelte.ts';
import { wantedHere, whyNot, type RowKey } from './palette-here.ts';
import { possible, type PaletteRow } from './palette-row.ts';
import { encodingRows, optionRows, settingRows } from './palette-settings.ts';
import { connectClientTo } from './ready-made.ts';
import { startEndpoint } from './start-stop.ts';

const words = texts.palette;

/** What fits `query`: the possible before the rest, then the nearest, then what is wanted here, then what was used last. */
export function paletteRows(app: AppState, query: string): PaletteRow[] {
  const typed = typedRows(app, query.trim());
  const wanted: readonly string[] = wantedHere(app);
  const { recent } = app.preferences;
  const place = (list: readonly string[], key: string) => (list.includes(key) ? list.indexOf(key) : Infinity);
  const found = allRows(app)
    .flatMap((row) => {
      const score = matchScore(`${row.name} ${row.detail}`, query);
      if (score === null) return [];
      const nearness = score + (matchScore(row.name, query) ?? -1);
      return [{ row, score: nearness, wanted: place(wanted, row.key), recent: place(recent, row.key) }];
    })
    .sort(
      (a, b) =>
        Number(b.row.enabled) - Number(a.row.enabled) ||
        b.score - a.score ||
        before(a.wanted, b.wanted) ||
        before(a.recent, b.recent),
    );
  return [...typed, ...found.map(({ row }) => row)];
}

/** Infinity less Infinity is no number. */
const before = (a: number, b: number): number => (a === b ? 0 : a - b);

/** Keeps that a row was used. */
export function keepUsed(app: AppState, { key }: PaletteRow): void {
  const recent = [key, ...app.preferences.recent.filter((each) => each !== key)].slice(0, mostRecent);
  app.changePreferences({ recent });
}

const allRows = (app: AppState): PaletteRow[] => [
  ...hereRows(app),
  ...actionRows(app),
  ...endpointRows(app),
  ...messageRows(app),
  ...optionRows(app),
  ...encodingRows(app),
  ...settingRows(app),
];

function actionRows(app: AppState): PaletteRow[] {
  const teaches = new Map(
    readyMadeIds.map((id) => [`new-${id}`, texts.newMenu.readyMade[id].teaches] as const),
  );
  return actions
    .filter(({ name }) => name !== 'command-palette')
    .map(({ name }) => {
      const enabled = app.canRun(name);
      return {
        key: name,
        name: texts.actions[name],
        detail: teaches.get(name as `new-${(typeof readyMadeIds)[number]}`) ?? '',
        keys: keysOf(name) || chordKeysOf(name) || logKeysOf(name),
        enabled,
        why: enabled ? '' : (whyNot(app, name) ?? words.notNow),
        run: () => app.run(name),
      };
    });
}

/** What only the palette has, where it makes sense. */
function hereRows(app: AppState): PaletteRow[] {
  const row = (key: RowKey, name: string, run: () => void): PaletteRow => ({ ...possible, key, name, run });
  const server = app.active;
  return [
    ...(app.attached && !app.connected
      ? [row('attach-again', words.attachAgain, () => app.reconnect())]
      : []),
    ...(app.connected && server?.status?.role === 'listener' && server.status.state === 'listening'
      ? [row('connect-here', words.connectHere(nameOf(server)), () => void connectClientTo(app, server))]
      : []),
  ];
}

const endpointRows = (app: AppState): PaletteRow[] =>
  app.endpoints.map((endpoint) => ({
    ...possible,
    key: endpoint.id,
    name: words.goTo(nameOf(endpoint)),
    detail: stateLineOf(endpoint, clockNow),
    run: () => app.openTab(endpoint.id),
  }));

const messageRows = (app: AppState): PaletteRow[] =>
  messagesOf(app).list.map((message) => ({
    ...possible,
    key: message.id,
    name: words.sendMessage(texts.messages.nameOf(message.name)),
    detail: message.folder,
    keys: keysOfMessage(app, message.key),
    enabled: app.connected,
    run: () => void sendSaved(app, message),
  }));

/** What is no name: an address to connect to, and a record's number. */
function typedRows(app: AppState, query: string): PaletteRow[] {
  const sequence = /^#(\d{1,15})$/.exec(query)?.[1];
  const endpoint = app.active;
  if (sequence !== undefined && endpoint !== null) {
    const run = () => {
      logOf(app, endpoint).goToRecord(Number(sequence));
      app.run('focus-log');
    };
    return [{ ...possible, key: 'record', name: words.goToRecord(sequence), run }];
  }
  const address = readPastedAddress(query);
  if (address === null) return [];
  const place = 'path' in address ? address.path : formatAddress(address);
  const name = words.connectTo('transport' in address ? `${address.transport} ${place}` : place);
  return [
    { ...possible, key: 'connect-to', name, enabled: app.connected, run: () => void connectTo(app, address) },
  ];
}

async function connectTo(app: AppState, address: PastedAddress): Promise<void> {
  const client = await app.addEndpoint({ ...defaultClient(), ...address });
  if (client === null) return;
  // Who types an address has something to say to it.
  await tick();
  app.run('focus-message');
  await startEndpoint(app, client);
}
