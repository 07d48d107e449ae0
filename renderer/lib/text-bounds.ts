/** How much text a field bears. What the browser lays out at once blocks the page: 5 MB do for seconds. */

/** Characters of a message. */
export const mostMessage = 1_000_000;
/** Of any other field that names no bound of its own. */
const mostOther = 65_536;

/**
 * What would be pasted or dropped into a field that does not bear it; null for anything else. Refused as a whole, because
 * half of a text is another text: a field's own `maxlength` would cut it without a word.
 */
export function tooLong(event: InputEvent): { most: number; length: number } | null {
  const { target: field, inputType } = event;
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return null;
  if (inputType === 'insertText' || inputType === 'insertCompositionText') return null;
  const text = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
  const most = field.maxLength >= 0 ? field.maxLength : mostOther;
  const replaced = (field.selectionEnd ?? 0) - (field.selectionStart ?? 0);
  const length = field.value.length - replaced + text.length;
  return text !== '' && length > most ? { most, length } : null;
}

/** Whether files hang on the pointer: a page that does not take them is left for the file. */
export const carriesFiles = ({ dataTransfer, target }: DragEvent): boolean =>
  (dataTransfer?.types.includes('Files') ?? false) &&
  !(target instanceof HTMLInputElement && target.type === 'file');
