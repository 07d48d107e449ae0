/** Input methods announce their keys by this code, also the one that ends a composition (UI Events 7.3.1). */
const composingCode = 229;

/** The key belongs to an input method, which has not decided on its characters yet. */
export const isComposing = (event: KeyboardEvent): boolean =>
  event.isComposing || event.keyCode === composingCode;

const withoutText = new Set(['button', 'checkbox', 'color', 'file', 'radio', 'range', 'reset', 'submit']);

/** Whether keys write there. */
export const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !withoutText.has(target.type)) ||
  (target instanceof HTMLElement && target.isContentEditable);

/** Where a key moves in a list of `count` rows, from row `from`; undefined for other keys. It may be beyond the ends. */
export const rowOfKey = (key: string, from: number, page: number, count: number): number | undefined =>
  ({
    ArrowUp: from - 1,
    ArrowDown: from + 1,
    PageUp: from - page,
    PageDown: from + page,
    Home: 0,
    End: count - 1,
  })[key];
