/** `socketscope`: serve, listen and connect on the command line. */
import '../../engine/host-language.ts';
import { CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { texts } from '../../../shared/texts/index.ts';
import { runServe } from '../serve.ts';
import { printBytes } from './bytes.ts';
import { annotate } from './annotate.ts';
import { compareRecords } from './compare.ts';
import { connect } from './connect.ts';
import { decodeFile } from './decode.ts';
import { exportLog } from './export.ts';
import { frames } from './frames.ts';
import { importFile } from './import.ts';
import { listen } from './listen.ts';
import { newProgram } from './program.ts';
import { printProgram } from './programs.ts';
import { printMessages } from './saved-messages.ts';
import { show } from './show.ts';
import { stats } from './stats.ts';
import { argumentProblem } from '../utf8-arguments.ts';
import { tell } from '../terminal.ts';
import { UsageError } from './usage-error.ts';
import { verifyCapture } from './verify.ts';
import { workspace } from './workspace.ts';

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

const program = newProgram(version, {
  serve: runServe,
  listen: async (url, options) => exit(await listen(url, options, workers)),
  connect: async (url, options) => exit(await connect(url, options, workers)),
  bytes: printBytes,
  import: async (path, options) => exit(await importFile(path, options)),
  messages: printMessages,
  frames: async (path, options) => exit(await frames(path, options)),
  decode: async (path, options) => exit(await decodeFile(path, options)),
  program: printProgram,
  workspace,
  stats: async (path, options) => exit(await stats(path, options)),
  annotate: async (path, records, options) => exit(await annotate(path, records, options)),
  compare: async (path, a, b, options) => exit(await compareRecords(path, a, b, options)),
  export: async (path, options) => exit(await exportLog(path, options, workers)),
  show: async (path, options) => exit(await show(path, options, workers)),
  verify: async (path, options) => exit(await verifyCapture(path, options)),
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
