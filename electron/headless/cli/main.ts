/** `socketscope`: serve, listen and connect on the command line. */
import '../../engine/host-language.ts';
import { CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { texts } from '../../../shared/texts/index.ts';
import { newProgram } from './program.ts';
import { argumentProblem } from '../utf8-arguments.ts';
import { tell } from '../terminal.ts';
import { UsageError } from './usage-error.ts';

/** The bundle lies in out/headless/. */
const built = (path: string): URL => new URL(`../${path}`, import.meta.url);
const workers = built('workers/');

// Whoever closed standard error does not want to hear; the run goes on.
process.stderr.on('error', () => undefined);
// Of help; runs look at their output themselves. Help that nobody reads to its end is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || error.code === 'ECONNRESET') return;
  process.exitCode = 1;
  const { cannotWrite, standardOutput } = texts.commandLine;
  tell(`${cannotWrite(standardOutput, 0, error.message)}\n`);
});

const { version } = JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { version: string };
/** Standard input may still be open, so nothing ends by itself; what was said to a pipe is on its way. */
async function exit(code: number): Promise<never> {
  await new Promise((resolve) => process.stderr.write('', resolve));
  process.exit(code);
}

// What a command needs is loaded with it: all together take longer than most of them run.
const program = newProgram(version, {
  serve: async (...args) => (await import('../serve.ts')).runServe(...args),
  listen: async (url, options) => exit(await (await import('./listen.ts')).listen(url, options, workers)),
  connect: async (url, options) => exit(await (await import('./connect.ts')).connect(url, options, workers)),
  bytes: async (...args) => (await import('./bytes.ts')).printBytes(...args),
  import: async (path, options) => exit(await (await import('./import.ts')).importFile(path, options)),
  messages: async (...args) => (await import('./saved-messages.ts')).printMessages(...args),
  frames: async (path, options) => exit(await (await import('./frames.ts')).frames(path, options)),
  decode: async (path, options) => exit(await (await import('./decode.ts')).decodeFile(path, options)),
  program: async (...args) => (await import('./programs.ts')).printProgram(...args),
  workspace: async (...args) => (await import('./workspace.ts')).workspace(...args),
  stats: async (path, options) => exit(await (await import('./stats.ts')).stats(path, options)),
  annotate: async (path, records, options) =>
    exit(await (await import('./annotate.ts')).annotate(path, records, options)),
  compare: async (path, a, b, options) =>
    exit(await (await import('./compare.ts')).compareRecords(path, a, b, options)),
  export: async (path, options) =>
    exit(await (await import('./export.ts')).exportLog(path, options, workers)),
  show: async (path, options) => exit(await (await import('./show.ts')).show(path, options, workers)),
  verify: async (path, options) => exit(await (await import('./verify.ts')).verifyCapture(path, options)),
});

try {
  const problem = argumentProblem(process.argv.slice(2));
  if (problem !== null) throw new UsageError(problem);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode ??= error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError) {
    tell(`${texts.commandLine.mistakes.error(error.message)}\n`);
    await exit(2);
  } else {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell(`${texts.commandLine.crashed(message)}\n`);
    await exit(1);
  }
}
