/** A file that a command reads as a whole, or standard input for `-`. */
import { basename } from 'node:path';
import { failureOf } from '../../../shared/failure.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { openForReading } from './input-files.ts';
import { UsageError } from './usage-error.ts';

/** At most a piece more than `most` bytes: what is longer is refused by its length alone. Throws a `UsageError`. */
export async function wholeInput(path: string, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const input = path === '-' ? process.stdin : openForReading(path, 256 * 1024);
    for await (const piece of input as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      size += piece.length;
      if (size > most) break;
    }
  } catch (error) {
    throw new UsageError(inFile(path, inWords(failureOf(error)).message));
  }
  return Buffer.concat(pieces);
}

/** A problem with the file, whose name is said before it. */
export const inFile = (path: string, problem: string): string =>
  texts.commandLine.problems.inOption(path === '-' ? texts.commandLine.standardInput : path, problem);

/** The same of what was thrown, which may begin with that name. */
export function failedFile(path: string, error: unknown): string {
  const { message } = inWords(failureOf(error, path));
  return message.startsWith(path) || message.startsWith(basename(path)) ? message : inFile(path, message);
}
