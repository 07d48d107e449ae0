import { Command, InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { parsePort } from '../../shared/address.ts';
import { explainProblem, texts } from '../../shared/texts/index.ts';
import { defaultDataFolder } from '../engine/disk/default-data-folder.ts';
import type { Starting } from '../engine/starting.ts';
import { addAllowOptions } from './allow-options.ts';
import { parseSizeOption } from './size-option.ts';
import { sayingHere, tell } from './terminal.ts';
import { argumentProblem } from './utf8-arguments.ts';

export type ServeOptions = {
  port: number;
  host: string;
  open: boolean;
  dataFolder: string;
  /** Bytes of the disk; undefined for the usual floor. */
  keepFreeBytes: number | undefined;
  starting: Starting;
  /** A workspace to open, or captured traffic to bring in; left out: what was open last. */
  file?: string | undefined;
};

/** The options of `serve`, by itself and as a command of `socketscope`. */
export function addServeOptions(command: Command): Command {
  return addAllowOptions(command)
    .description(texts.commandLine.serve)
    .argument('[file]', texts.commandLine.serveFile)
    .option('--port <number>', texts.commandLine.options.servePort, parseListenPort, 0)
    .option('--host <address>', texts.commandLine.options.serveHost, '127.0.0.1')
    .option('--no-open', texts.commandLine.options.noOpen)
    .option('--data <folder>', texts.commandLine.options.data, parseFolder)
    .option('--start <name...>', texts.commandLine.options.start)
    .option('--no-start', texts.commandLine.options.noStart)
    .option('--start-again', texts.commandLine.options.startAgain, false)
    .option('--keep-free <size>', texts.commandLine.options.keepFree, parseSizeOption)
    .allowExcessArguments(false);
}

export function serveOptionsOf(command: Command, environment: NodeJS.ProcessEnv): ServeOptions {
  const { port, host, open, data, keepFree, start, startAgain } = command.opts<{
    port: number;
    host: string;
    open: boolean;
    data?: string;
    keepFree?: number;
    start?: boolean | string[];
    startAgain: boolean;
  }>();
  const [file] = command.args;
  return {
    ...{ port, host, open, file },
    dataFolder: data ?? defaultDataFolder(environment),
    keepFreeBytes: keepFree,
    starting: {
      withApp: start !== false,
      again: startAgain,
      names: Array.isArray(start) ? start : [],
    },
  };
}

/**
 * Reads the command line of `serve`. Prints help or what is wrong to the terminal and ends the process, 0 for help and
 * 2 for a mistake; the key is never an argument, because command lines can be read by other users.
 */
export function parseServeOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ServeOptions {
  const problem = argumentProblem(args);
  if (problem !== null) {
    tell(`${texts.commandLine.mistakes.error(problem)}\n`);
    process.exit(2);
  }
  const command = addServeOptions(sayingHere(new Command('serve')))
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse([...args], { from: 'user' });
  return serveOptionsOf(command, environment);
}

/** Absolute. An empty one would be the folder that the program happens to run in, which nobody means. */
export function parseFolder(text: string): string {
  if (text === '') throw new InvalidArgumentError(texts.commandLine.problems.emptyFolder);
  return resolve(text);
}

function parseListenPort(text: string): number {
  const parsed = parsePort(text);
  if (parsed.ok) return parsed.port;
  throw new InvalidArgumentError(explainProblem(parsed.problem));
}
