/** The digits that send saved messages, wherever somebody writes. */
import type { KeyPress } from './actions.ts';
import { messageKeys, type MessageKey } from './saved-messages.ts';

export type KeyHolder = 'Mod' | 'Alt';

/**
 * What is held with the digit: ⌘ in the app of macOS, where Alt types signs, and Alt in that of others. Null in a browser
 * that has its own tabs there: on macOS with ⌘, on Linux with Alt. `platform`: as the browser names it.
 */
export function holderOf(host: 'desktop' | 'headless', platform: string): KeyHolder | null {
  if (host === 'desktop') return /mac|iphone|ipad/i.test(platform) ? 'Mod' : 'Alt';
  return /^win/i.test(platform) ? 'Alt' : null;
}

/** By the key's place, because a digit needs Shift on some keyboards; null for another key. */
export function messageKeyOf(press: KeyPress, holder: KeyHolder | null): MessageKey | null {
  const { code, altKey, metaKey, ctrlKey, shiftKey } = press;
  const isHeld = holder === 'Mod' ? metaKey && !altKey : altKey && !metaKey;
  if (holder === null || !isHeld || ctrlKey || shiftKey) return null;
  return messageKeys.find((key) => code === `Digit${key}`) ?? null;
}
