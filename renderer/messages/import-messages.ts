/** What a file brings, put among what is kept here; and what is kept here as a file. */
import '../../shared/encodings/all-codecs.ts';
import type { BroughtMessage } from '../../shared/importing/brought.ts';
import { exportMessages, type MessageExport } from '../../shared/importing/exporters.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from '../state/app.svelte.ts';
import { messagesOf } from '../state/messages.svelte.ts';
import { broughtOf, fieldsOf } from './brought-messages.ts';

/** Adds them and offers to take them back. False where the engine refused, which is then shown. */
export async function bringIn(
  app: AppState,
  messages: readonly BroughtMessage[],
  endpoints: readonly EndpointSettings[],
): Promise<boolean> {
  const list = messagesOf(app);
  const ids = await app.attempt(() => app.engine.addMessages(messages.map(fieldsOf), null));
  if (ids === null) return false;
  const made: string[] = [];
  for (const settings of endpoints) {
    const added = await app.addEndpoint(settings);
    if (added !== null) made.push(added.id);
  }
  if (endpoints.length === 0) app.openTab('messages');
  const undo = async (): Promise<void> => {
    await list.remove(ids);
    for (const id of made) {
      const endpoint = app.endpointOf(id);
      if (endpoint) await app.removeEndpoint(endpoint);
    }
  };
  const words = texts.importing;
  app.toast(words.imported(ids.length, made.length), { label: words.undo, run: () => void undo() });
  return made.length === endpoints.length;
}

const extensions: Record<MessageExport, string> = {
  socketscope: 'socketscope.json',
  packetsender: 'packetsender.json',
};

/** Hands all saved messages, and in our own format all endpoints, to the downloads; returns what they have no place for. */
export function exportAll(
  app: AppState,
  format: MessageExport,
): ReturnType<typeof exportMessages>['refused'] {
  const messages = messagesOf(app).list.map(broughtOf);
  const endpoints = format === 'socketscope' ? app.endpoints.map(({ settings }) => settings) : [];
  const { text, refused } = exportMessages(format, { messages, endpoints });
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: `messages.${extensions[format]}` }).click();
  // The browser reads it once the click is done.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return refused;
}
