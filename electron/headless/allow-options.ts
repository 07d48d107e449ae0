/** `--allow-file` and `--allow-env`: what messages of this run may read. */
import { InvalidArgumentError, type Command } from 'commander';
import { failureOf } from '../../shared/failure.ts';
import type { OutsideName } from '../../shared/payload/context.ts';
import { inWords, texts } from '../../shared/texts/index.ts';
import { allowedNames } from '../engine/net/allowed-names.ts';

/** They hold for all of the process, from where they are read. */
export function addAllowOptions(command: Command): Command {
  const { options } = texts.commandLine;
  return command
    .option('--allow-file <path>', options.allowFile, allowing('file'))
    .option('--allow-env <name>', options.allowEnv, allowing('variable'));
}

const allowing =
  (kind: OutsideName['kind']) =>
  (name: string): void => {
    try {
      allowedNames.allow({ kind, name });
    } catch (error) {
      throw new InvalidArgumentError(inWords(failureOf(error, name)).message);
    }
  };
