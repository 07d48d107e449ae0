/** `socketscope export DIR --to capture --out FILE`: a log as one file, with what vouches for it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf } from '../../../shared/failure.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { Capture } from '../../engine/capture/capture.ts';
import { packCapture } from '../../engine/capture/capture-file.ts';
import { repair } from '../../engine/capture/repair.ts';
import { stillClock } from '../../engine/clock.ts';
import { writeChosen } from '../../engine/disk/private-file.ts';
import { makeTemporaryFolder } from '../../engine/disk/temporary.ts';
import { tell } from '../terminal.ts';
import { withCapture } from './kept-capture.ts';
import { settingsToKeep } from './run-folder.ts';
import { UsageError } from './usage-error.ts';

const work = { signal: new AbortController().signal, told: () => undefined };

export type CaptureFileOptions = {
  out: string;
  endpoint?: string;
  filter?: string;
  frame?: unknown;
  decode?: unknown;
  redact?: readonly string[];
  dryRun?: true;
};

/** Writes the whole log, as far as it is not damaged, to a file that is whole or stays as it was; resolves with the exit code. Throws a `UsageError`. */
export function exportCapture(path: string, options: CaptureFileOptions): Promise<number> {
  const { out, filter, frame, decode, redact = [], dryRun } = options;
  if ([filter, frame, decode, dryRun].some((given) => given !== undefined) || redact.length > 0)
    throw new UsageError(texts.captureImport.wholeAlone);
  return withCapture(path, options.endpoint, async ({ settings }, capture) => {
    const words = texts.commandLine;
    const temporary = await makeTemporaryFolder(tmpdir());
    try {
      const copy = await Capture.open(join(temporary.path, 'capture'), { clock: stillClock() });
      await repair(capture, copy, work).finally(() => copy.close());
      const endpoint = settingsToKeep(settings);
      const bytes = await writeChosen(out, (file) => packCapture(copy.folder, endpoint, file));
      tell(`${words.exported(copy.length, bytes, out)}\n`);
      return 0;
    } catch (error) {
      tell(`${words.notExported(out, inWords(failureOf(error)).message)}\n`);
      return 1;
    } finally {
      temporary.remove();
    }
  });
}
