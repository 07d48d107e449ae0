import { formatShortcut } from '../../shared/actions.ts';
import { holderOf } from '../../shared/message-keys.ts';
import type { MessageKey } from '../../shared/saved-messages.ts';
import { isMac } from '../lib/platform.ts';
import type { AppState } from '../state/app.svelte.ts';

/** What is held with a digit here; null where digits are the browser's. */
export const holderIn = (app: AppState) =>
  app.hello === null ? null : holderOf(app.hello.host, navigator.platform);

/** The keys that send a message, as they are shown; '' where there are none. */
export function keysOfMessage(app: AppState, key: MessageKey | null): string {
  const holder = holderIn(app);
  return key === null || holder === null ? '' : formatShortcut(`${holder}+${key}`, isMac);
}
