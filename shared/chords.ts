/** Actions that two keys in a row run, beside their shortcuts. */
import { isShortcut, type ActionName, type KeyPress } from './actions.ts';

/** A bare letter begins one only where nothing is written. */
const table = [
  { first: 'Alt+N', second: 'S', name: 'new-server' },
  { first: 'Alt+N', second: 'C', name: 'new-client' },
  { first: 'G', second: 'E', name: 'focus-endpoints' },
  { first: 'G', second: 'P', name: 'focus-peers' },
  { first: 'G', second: 'L', name: 'focus-log' },
  { first: 'G', second: 'I', name: 'focus-pane' },
  { first: 'G', second: 'M', name: 'focus-message' },
  { first: 'G', second: 'T', name: 'go-to' },
] as const satisfies readonly { first: string; second: string; name: ActionName }[];

export type ChordStart = (typeof table)[number]['first'];

export const chordOf = (name: ActionName): (typeof table)[number] | null =>
  table.find((chord) => chord.name === name) ?? null;

/** The first key of a chord. On macOS Alt and a letter type a sign in a text. */
export function chordBegunBy(press: KeyPress, isMac: boolean, isTyping: boolean): ChordStart | null {
  const begun = table.find(({ first }) => isShortcut(first, press, isMac))?.first ?? null;
  return isTyping && (begun === 'G' || isMac) ? null : begun;
}

/** What the second key runs; null: another key, and the chord is over. */
export const endOfChord = (begun: ChordStart, press: KeyPress, isMac: boolean): ActionName | null =>
  table.find(({ first, second }) => first === begun && isShortcut(second, press, isMac))?.name ?? null;
