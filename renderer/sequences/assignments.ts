/** `NAME = text`, one in a line. */
export type Assignment = { name: string; text: string };

export const writeAssignments = (all: readonly Assignment[]): string =>
  all.map(({ name, text }) => `${name} = ${text}`).join('\n');

/** Null where a line is none. Empty lines are passed over. */
export function readAssignments(written: string): Assignment[] | null {
  const lines = written.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map((line) => /^\s*([^=]*?)\s*= ?(.*)$/.exec(line));
  return read.every((each) => each !== null)
    ? read.map(([, name, text]) => ({ name: name!, text: text! }))
    : null;
}
