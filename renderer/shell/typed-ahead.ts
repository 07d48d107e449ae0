/** What is typed for the palette before it is there: its module may still be on its way. */
let typed = '';

/** Takes a character or Enter; false for any other key. */
export function typeAhead({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || !(key.length === 1 || key === 'Enter')) return false;
  typed += key === 'Enter' ? '\n' : key;
  return true;
}

/** Once: whoever asks has it. `isSent`: Enter was pressed behind the text. */
export function takeTypedAhead(): { text: string; isSent: boolean } {
  const [text = ''] = typed.split('\n');
  const isSent = typed.includes('\n');
  typed = '';
  return { text, isSent };
}
