export type PaletteRow = {
  /** Also by which it is kept that it was used. */
  key: string;
  name: string;
  /** One sentence, or how it stands. */
  detail: string;
  keys: string;
  enabled: boolean;
  /** Why it is not possible. */
  why: string;
  run: () => void;
};

/** Of a row that is always possible, and has nothing more to say. */
export const possible = { detail: '', keys: '', enabled: true, why: '' };
