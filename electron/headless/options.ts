import { Command, InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { texts } from '../../shared/texts/index.ts';
import { defaultDataFolder } from '../engine/default-data-folder.ts';

export type ServeOptions = { port: number; host: string; open: boolean; dataFolder: string };

/** The options of `serve`, by itself and as a command of `socketscope`. */
export function addServeOptions(command: Command): Command {
  return command
    .description(texts.commandLine.serve)
    .option('--port <number>', 'port of the page; 0 takes any free one', parsePort, 0)
    .option(
      '--host <address>',
      'address to bind; other machines can connect if it is not loopback',
      '127.0.0.1',
    )
    .option('--no-open', 'do not open a browser')
    .option(
      '--data <folder>',
      'where endpoints and captures are kept (or the variable SOCKETSCOPE_DATA)',
      parseFolder,
    )
    .allowExcessArguments(false);
}

export function serveOptionsOf(command: Command, environment: NodeJS.ProcessEnv): ServeOptions {
  const { port, host, open, data } = command.opts<{
    port: number;
    host: string;
    open: boolean;
    data?: string;
  }>();
  return { port, host, open, dataFolder: data ?? defaultDataFolder(environment) };
}

/**
 * Reads the command line of `serve`. Prints help or what is wrong to the terminal and ends the process, 0 for help and
 * 2 for a mistake; the key is never an argument, because command lines can be read by other users.
 */
export function parseServeOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ServeOptions {
  const command = addServeOptions(new Command('serve'))
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse([...args], { from: 'user' });
  return serveOptionsOf(command, environment);
}

/** Absolute. An empty one would be the folder that the program happens to run in, which nobody means. */
export function parseFolder(text: string): string {
  if (text === '') throw new InvalidArgumentError(texts.commandLine.problems.emptyFolder);
  return resolve(text);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a number from 0 to 65535.');
}
