/** What can be done with a saved message: by its chip, its place in the list, its row of the table. */
import { usualRepeat } from '../../shared/repeat.ts';
import { formatPeriod } from '../../shared/show/periods.ts';
import { messageKeys, type SavedMessage } from '../../shared/saved-messages.ts';
import { texts } from '../../shared/texts/index.ts';
import type { MenuOf } from '../components/context-menu.ts';
import { inGroups, type MenuItem } from '../components/menu-item.ts';
import { keysOf } from '../lib/action-tooltip.ts';
import type { AppState } from '../state/app.svelte.ts';
import { messagesOf, type MessagesState } from '../state/messages.svelte.ts';
import { keysOfMessage } from './keys.ts';
import { placeOf } from './place.ts';
import { loadSaved, sendSaved } from './send-saved.ts';

const words = texts.messages;
const longestSnippet = 40;
/** The table has all. */
const mostSent = 40;

/** `asks`: name and folder can be asked for at its place. */
export function menuOf(app: AppState, message: SavedMessage, asks: boolean): MenuOf {
  const messages = messagesOf(app);
  void messages.askEarlier(message);
  return {
    label: words.moreFor(words.nameOf(message.name)),
    items: () => itemsOf(app, messages, messages.find(message.id) ?? message, asks),
  };
}

/** Each sends its message, those of one folder below its name; behind them the way to all. */
export function sendingItems(app: AppState, list: readonly SavedMessage[]): MenuItem[] {
  const items = list.slice(0, mostSent).map((message, at, shown) => ({
    label: words.nameOf(message.name),
    shortcut: keysOfMessage(app, message.key),
    disabled: !app.connected,
    ...(message.folder !== '' && shown[at - 1]?.folder !== message.folder && { heading: message.folder }),
    run: () => void sendSaved(app, message),
  }));
  return inGroups(items, [{ label: words.all, run: () => app.run('show-messages') }]);
}

function itemsOf(app: AppState, messages: MessagesState, message: SavedMessage, asks: boolean): MenuItem[] {
  const { id, key } = message;
  const ask = (what: 'name' | 'folder') => (messages.asking = { id, what });
  const edit = (what: 'name' | 'text') => {
    messages.editing = { id, what };
    app.openTab('messages');
  };
  return inGroups(
    [
      {
        label: words.send,
        shortcut: keysOfMessage(app, key),
        disabled: !app.connected,
        run: () => void sendSaved(app, message),
      },
      { label: words.load, run: () => loadSaved(app, message) },
    ],
    [
      { label: words.edit, run: () => edit('text') },
      {
        label: words.rename,
        shortcut: keysOf('rename-endpoint'),
        run: () => (asks ? ask('name') : edit('name')),
      },
      { label: words.folder, items: folderItems(messages, message, asks ? () => ask('folder') : null) },
      { label: words.key, items: keyItems(messages, message) },
      { label: words.goesTo, items: targetItems(messages, message) },
      { label: words.repeats, items: repeatItems(messages, message) },
    ],
    [
      ...earlierItems(messages, message),
      { label: words.duplicate, run: () => void messages.duplicate(message) },
    ],
    [{ label: words.remove, danger: true, run: () => void messages.remove([id]) }],
  );
}

function folderItems(
  messages: MessagesState,
  { id, folder }: SavedMessage,
  ask: (() => void) | null,
): MenuItem[] {
  const of = (name: string) => ({
    label: name === '' ? words.noFolder : name,
    checked: name === folder,
    run: () => void messages.change(id, { folder: name }),
  });
  const names = messages.folders.filter((name) => name !== '');
  return inGroups(['', ...names].map(of), ask === null ? [] : [{ label: words.newFolder, run: ask }]);
}

/** Who has it now loses it. */
const keyItems = (messages: MessagesState, { id, key }: SavedMessage): MenuItem[] =>
  [null, ...messageKeys].map((each) => {
    const owner = messages.list.find((other) => each !== null && other.key === each && other.id !== id);
    return {
      label: each === null ? words.noKey : words.keyOf(each, owner ? words.nameOf(owner.name) : ''),
      checked: each === key,
      run: () => void messages.change(id, { key: each }),
    };
  });

function targetItems(messages: MessagesState, { id, target }: SavedMessage): MenuItem[] {
  const typed = messages.endpoint?.typedTarget ?? null;
  const addresses = [typed, target]
    .filter((each) => each !== null && each !== 'all')
    .filter((each, at, all) => all.findIndex((other) => placeOf(other) === placeOf(each)) === at);
  return [null, 'all' as const, ...addresses].map((each) => ({
    label: each === null ? words.toComposer : each === 'all' ? words.toAll : words.toAddress(placeOf(each)),
    checked: JSON.stringify(each) === JSON.stringify(target),
    run: () => void messages.change(id, { target: each }),
  }));
}

/** As the composer repeats, or as it is. */
function repeatItems(messages: MessagesState, { id, repeatMs }: SavedMessage): MenuItem[] {
  const plan = messages.endpoint?.composer.repeat?.everyMs ?? usualRepeat.everyMs;
  const periods = [repeatMs, Math.round(plan)].filter((each) => each !== null && each > 0);
  return [null, ...new Set(periods)].map((each) => ({
    label: each === null ? words.repeatsNot : words.repeatsEvery(formatPeriod(each)),
    checked: each === repeatMs,
    run: () => void messages.change(id, { repeatMs: each }),
  }));
}

/** Each is taken back by choosing it; what stands there now is an earlier value then. */
function earlierItems(messages: MessagesState, message: SavedMessage): MenuItem[] {
  const values = messages.earlier.get(message.id) ?? [];
  if (message.earlier === 0 || values.length === 0) return [];
  const items = values.map((written, at) => ({
    label: `${at + 1}  ${snippetOf(written.text)}`,
    detail: texts.composer.modes[written.mode],
    run: () => void messages.change(message.id, { written }),
  }));
  return [{ label: words.earlier, items }];
}

export const snippetOf = (text: string): string => {
  const line = text.slice(0, longestSnippet + 1).replaceAll(/\s+/g, ' ');
  return line.length > longestSnippet ? `${line.slice(0, longestSnippet)}…` : line;
};
