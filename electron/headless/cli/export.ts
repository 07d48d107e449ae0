/** `socketscope export DIR --to FORMAT --out FILE`: a captured log as a file for another program or person. */
import {
  hasBytesChoice,
  hasTimesChoice,
  type ExportPart,
  type PlanFormat,
} from '../../../shared/export-formats.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { LineTimes, LogLineForm } from '../../../shared/show/line-form.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { plannedLog } from '../../engine/reading/export-log.ts';
import { saveLog } from '../../engine/reading/save-log.ts';
import { SearchPool } from '../../engine/reading/search-pool.ts';
import { tell } from '../terminal.ts';
import { exportCapture } from './export-capture.ts';
import { requireDecodedFormat } from './decoding.ts';
import { requireFraming, withCapture } from './kept-capture.ts';
import { UsageError } from './usage-error.ts';
import { shownLog, type LogOptions } from './show.ts';

export type ExportOptions = Omit<LogOptions, 'format'> & {
  endpoint?: string;
  to: PlanFormat;
  out: string;
  redact?: string[];
  leaveOut?: ExportPart[];
  /** Only what is removed is counted. */
  dryRun?: true;
  bytes?: LogLineForm;
  times?: LineTimes;
};

/** How far it is, for who waits at a terminal. */
const toldEveryMs = 1000;

/**
 * Writes the log of an endpoint, as `withCapture` opens it, to a file that is whole or stays as it was; resolves with the
 * exit code. `workers`: where the threads of searches lie. Throws a `UsageError`.
 */
export async function exportLog(path: string, options: ExportOptions, workers: URL): Promise<number> {
  const { to } = options;
  if (to === 'capture') return exportCapture(path, options);
  const log: LogOptions = { ...options, format: to };
  requireDecodedFormat(log);
  const { problems } = texts.commandLine;
  if (options.bytes !== undefined && !hasBytesChoice(to))
    throw new UsageError(problems.noChoiceOf('--bytes'));
  if (options.times !== undefined && !hasTimesChoice(to))
    throw new UsageError(problems.noChoiceOf('--times'));
  return withCapture(path, options.endpoint, async (endpoint, capture) => {
    if (options.frame !== undefined) requireFraming(endpoint);
    const searches = new SearchPool(workers);
    try {
      return await write(endpoint.settings, capture, searches, options, log);
    } finally {
      await capture.close();
      await searches.close();
    }
  });
}

async function write(
  settings: EndpointSettings,
  capture: Capture,
  searches: SearchPool,
  {
    out,
    filter = '',
    redact = [],
    leaveOut = [],
    dryRun,
    bytes: form = 'auto',
    times = 'utc',
  }: ExportOptions,
  log: LogOptions,
): Promise<number> {
  const { shown, damaged, close } = await shownLog(settings, capture, searches, log);
  const words = texts.commandLine;
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  for (const signal of signals) process.once(signal, stop);
  let toldAt = Date.now();
  const told = (done: number, total: number): void => {
    if (!process.stderr.isTTY || Date.now() - toldAt < toldEveryMs) return;
    toldAt = Date.now();
    tell(`${words.exporting(done, total)}\n`);
  };
  const work = { signal: interrupted.signal, told };
  try {
    const plan = { rows: null, leavesOut: leaveOut, decode: null, filter, redact, bytes: form, times };
    const { shown: written, removed } = await plannedLog(shown, settings, plan, work, log.decode);
    if (removed !== null) tell(`${words.removed(removed)}\n`);
    if (dryRun === true) return 0;
    const bytes = await saveLog({ ...written, path: out }, work);
    tell(`${words.exported(shown.rows.length, bytes, out)}\n`);
    return damaged.tell() ? 1 : 0;
  } catch (error) {
    if (interrupted.signal.aborted) return interruptedCode;
    tell(`${words.notExported(out, inWords(failureOf(error)).message)}\n`);
    return 1;
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
    close();
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;
/** As shells have it. */
const interruptedCode = 130;
