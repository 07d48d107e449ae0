/** `socketscope export DIR --to capture --out FILE`: a log as one file, with what vouches for it. */
import type { ExportPart } from '../../../shared/export-formats.ts';
import { failureOf } from '../../../shared/failure.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { saveCapture } from '../../engine/capture/save-capture.ts';
import { settingsToKeep } from '../../engine/documents/captured-settings.ts';
import { tell } from '../terminal.ts';
import { DamagedRecords } from './damaged-records.ts';
import { withCapture } from './kept-capture.ts';
import { UsageError } from './usage-error.ts';

const work = { signal: new AbortController().signal, told: () => undefined };

export type CaptureFileOptions = {
  out: string;
  endpoint?: string;
  filter?: string;
  frame?: unknown;
  decode?: unknown;
  redact?: readonly string[];
  leaveOut?: readonly ExportPart[];
  dryRun?: true;
  bytes?: unknown;
  times?: unknown;
};

/** Writes the whole log, as far as it is not damaged, to a file that is whole or stays as it was; resolves with the exit code. Throws a `UsageError`. */
export function exportCapture(path: string, options: CaptureFileOptions): Promise<number> {
  const { out, filter, frame, decode, redact = [], leaveOut = [], dryRun, bytes, times } = options;
  const isPart = leaveOut.some((part) => part !== 'annotations');
  if (
    [filter, frame, decode, dryRun, bytes, times].some((given) => given !== undefined) ||
    redact.length > 0 ||
    isPart
  )
    throw new UsageError(texts.captureImport.wholeAlone);
  return withCapture(path, options.endpoint, async ({ settings }, capture) => {
    const words = texts.commandLine;
    try {
      const hasAnnotations = leaveOut.length === 0;
      const damaged = new DamagedRecords();
      const { onDamage } = damaged;
      const file = { path: out, endpoint: settingsToKeep(settings), hasAnnotations, onDamage };
      const { records, bytes } = await saveCapture(capture, file, work);
      tell(`${words.exported(records, bytes, out)}\n`);
      return damaged.tell() ? 1 : 0;
    } catch (error) {
      tell(`${words.notExported(out, inWords(failureOf(error)).message)}\n`);
      return 1;
    }
  });
}
