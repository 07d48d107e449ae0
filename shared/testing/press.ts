/** Keys for tests. */
import type { KeyPress } from '../actions.ts';

/** A key on a keyboard that tells no place, with nothing else held. */
export const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...held,
});
