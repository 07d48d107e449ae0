/** `socketscope`: serve, listen and connect on the command line. */
import { CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { texts } from '../../../shared/texts/index.ts';
import { runServe } from '../serve.ts';
import { connect } from './connect.ts';
import { listen } from './listen.ts';
import { newProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

/** The bundle lies in out/headless/. */
const built = (path: string): URL => new URL(`../${path}`, import.meta.url);
const workers = built('workers/');

// Whoever closed standard error does not want to hear; the run goes on.
process.stderr.on('error', () => undefined);
// Help that nobody reads to its end is no failure. Runs look at their output themselves.
process.stdout.on('error', () => undefined);

const { version } = JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { version: string };
/** Standard input may still be open, so nothing ends by itself; what was said to a pipe is on its way. */
async function exit(code: number): Promise<never> {
  await new Promise((resolve) => process.stderr.write('', resolve));
  process.exit(code);
}

const program = newProgram(version, {
  serve: runServe,
  listen: async (url, options) => exit(await listen(url, options, workers)),
  connect: async (url, options) => exit(await connect(url, options, workers)),
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    await exit(2);
  } else {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${texts.commandLine.crashed(message)}\n`);
    await exit(1);
  }
}
