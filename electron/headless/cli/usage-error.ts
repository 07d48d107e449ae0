import { naming } from '../../../shared/texts/index.ts';
import { strangerIn } from '../../../shared/typed.ts';

/** A mistake in the command line: said with its place, and exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const usageErrorAt = (value: string, start: number, end: number, message: string): UsageError =>
  new UsageError(pointedAt(value, start, end, message));

/** The value with what is wrong in it marked below, and named where nobody would see it; `end` is behind the last character. */
export function pointedAt(value: string, start: number, end: number, message: string): string {
  const before = columns(value.slice(0, start));
  const width = Math.max(1, columns(value.slice(start, end)));
  // What is typed can hold line breaks and escape sequences; each stands for one column here.
  const shown = value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return `${naming(message, strangerIn(value, start, end))}\n  ${shown}\n  ${' '.repeat(before)}${'^'.repeat(width)}`;
}

/** Terminals show East Asian wide characters, full-width forms and emoji in two columns (Unicode annex 11). */
const isWide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{3ffff}]/u;
const columns = (text: string): number => [...text].reduce((sum, one) => sum + (isWide.test(one) ? 2 : 1), 0);
