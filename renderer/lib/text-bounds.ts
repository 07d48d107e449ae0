/** How much text a field bears. What the browser lays out at once blocks the page: 5 MB do for seconds. */

import { on } from 'svelte/events';

/** Characters of a message. */
export const mostMessage = 1_000_000;
/** Of any other field that names no bound of its own. */
const mostOther = 65_536;

export type Refused = { most: number; length: number };

/** What comes in at once, as by a paste. */
export const insertedBy = ({ data, dataTransfer }: InputEvent): string =>
  data ?? dataTransfer?.getData('text/plain') ?? '';

/**
 * What would be pasted or dropped into a field that does not bear it; null for anything else. Refused as a whole, because
 * half of a text is another text: a field's own `maxlength` would cut it without a word.
 */
export function tooLong(event: InputEvent): Refused | null {
  const { target: field, inputType } = event;
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return null;
  if (inputType === 'insertText' || inputType === 'insertCompositionText') return null;
  const text = insertedBy(event);
  const most = field.maxLength >= 0 ? field.maxLength : mostOther;
  const replaced = (field.selectionEnd ?? 0) - (field.selectionStart ?? 0);
  const length = field.value.length - replaced + text.length;
  return text !== '' && length > most ? { most, length } : null;
}

const refusedName = 'textrefused';

/** A field that asks no `beforeinput` tells the page so that it refused a text. */
export const refuseText = (field: HTMLElement, refused: Refused): void =>
  void field.dispatchEvent(new CustomEvent(refusedName, { bubbles: true, detail: refused }));

export const onRefusedText = (tell: (refused: Refused) => void): (() => void) =>
  on(window, refusedName as 'blur', (event) => tell((event as unknown as CustomEvent<Refused>).detail));

/** Whether files hang on the pointer: a page that does not take them is left for the file. */
export const carriesFiles = ({ dataTransfer, target }: DragEvent): boolean =>
  (dataTransfer?.types.includes('Files') ?? false) &&
  !(target instanceof HTMLInputElement && target.type === 'file');
