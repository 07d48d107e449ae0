/** On a row that the keyboard has moved to: it may first have had to be drawn. */
export const takesFocus = (row: HTMLElement): void => row.focus({ preventScroll: true });
