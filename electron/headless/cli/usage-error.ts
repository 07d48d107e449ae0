/** A mistake in the command line: said with its place, and exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The value with what is wrong in it marked below; `end` is behind the last character. */
export function usageErrorAt(value: string, start: number, end: number, message: string): UsageError {
  const before = [...value.slice(0, start)].length;
  const width = Math.max(1, [...value.slice(start, end)].length);
  // What is typed can hold line breaks and escape sequences; each stands for one column here.
  const shown = value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return new UsageError(`${message}\n  ${shown}\n  ${' '.repeat(before)}${'^'.repeat(width)}`);
}
