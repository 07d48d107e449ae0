/** `--keep-free`: a size as it is typed. */
import { InvalidArgumentError } from 'commander';
import { texts } from '../../shared/texts/index.ts';

const powers = ['', 'K', 'M', 'G', 'T'];

/** Bytes of `0`, `500M`, `1.5 GiB`: units are of 1024, as df(1) and ls(1) show them. */
export function parseSize(text: string): number {
  const match = /^(\d{1,15}(?:\.\d+)?) ?([KMGT]?)(?:I?B)?$/.exec(text.trim().toUpperCase());
  if (match === null) throw new InvalidArgumentError(texts.commandLine.problems.size);
  return Math.floor(Number(match[1]) * 1024 ** powers.indexOf(match[2]!));
}
