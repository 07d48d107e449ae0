/** `socketscope show DIR`: what a capture has, as the window's log or `listen` would print it. */
import type { Endpoint } from '../../../shared/contract.ts';
import type { RegisterKind } from '../../../shared/decoding/context.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import type { ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { peerNamesOf } from '../../../shared/peer-names.ts';
import { messageDecodingOf } from '../../../shared/settings/decoding.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { shownEncodings } from '../../../shared/settings/text.ts';
import { urlAskedFor } from '../../../shared/settings/transports.ts';
import type { StreamDirection } from '../../../shared/stream-rows.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { exporters } from '../../engine/reading/exporters/exporters.ts';
import { writeLog, type ShownLog } from '../../engine/reading/save-log.ts';
import { SearchPool } from '../../engine/reading/search-pool.ts';
import { Views } from '../../engine/reading/views.ts';
import { tell } from '../terminal.ts';
import { annotationsOf, requireFraming, withCapture } from './kept-capture.ts';
import { DamagedRecords } from './damaged-records.ts';
import { decodingOf, requireDecodedFormat } from './decoding.ts';
import { directionFor, printStream, requireStreamOptions } from './show-stream.ts';
import { openOutput, standardOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

export type ShowOptions = {
  /** By its name, or its id; undefined: the only one that there is. */
  endpoint?: string;
  /** Of this connection the conversation, and nothing else. */
  stream?: number;
  /** Undefined: both, or received where it is raw. */
  direction?: StreamDirection;
  /** In the language of filters. */
  filter?: string;
  /** Undefined: chunks. */
  frame?: Framing;
  /** Undefined: as nothing. */
  decode?: DecoderId;
  /** As what Modbus registers are read. */
  registers?: RegisterKind;
  /** Of both directions; undefined: what the endpoint is shown in. */
  encoding?: EncodingId;
  format: ExportFormat;
  out?: string;
};

/**
 * Prints the log of an endpoint of the workspace that is open in a data folder, which the app must not have open; resolves with the exit code. `workers`:
 * where the threads of searches lie. Throws a `UsageError`.
 */
export async function show(path: string, options: ShowOptions, workers: URL): Promise<number> {
  requireDecodedFormat(options);
  requireStreamOptions(options);
  return withCapture(path, options.endpoint, async (endpoint, capture) => {
    if (options.frame !== undefined) requireFraming(endpoint);
    const searches = new SearchPool(workers);
    try {
      return await print(endpoint, capture, searches, options);
    } finally {
      await capture.close();
      await searches.close();
    }
  });
}

/** Throws a `UsageError` for a number that is not that of a record that opened one. */
async function requireConnection(capture: Capture, stream: number): Promise<void> {
  const info = await capture.info(stream).catch(() => null);
  if (info === null || info.connection !== stream)
    throw new UsageError(texts.commandLine.problems.noConnection(stream));
}

async function print(
  { settings }: Endpoint,
  capture: Capture,
  searches: SearchPool,
  options: ShowOptions,
): Promise<number> {
  const { format, out, stream } = options;
  if (stream !== undefined) await requireConnection(capture, stream);
  const { shown, damaged, views, encodings, close } = await shownLog(settings, capture, searches, options);
  const output = out === undefined ? standardOutput() : openOutput(out);
  const work = { signal: new AbortController().signal, told: () => undefined };
  try {
    output.begin();
    const append = (part: Uint8Array | string): Promise<void> => output.write(part);
    if (stream === undefined) await writeLog(shown, append, work);
    else {
      const which = { connection: stream, direction: directionFor(options) };
      const { conversation, end } = views.converse(which, () => encodings);
      await printStream(conversation, format, append).finally(end);
    }
    await output.close();
    return damaged.tell() ? 1 : 0;
  } catch (error) {
    const { code, message } = inWords(failureOf(error));
    // Whoever read the output has seen enough.
    if (code === 'EPIPE' || code === 'ECONNRESET') return 0;
    const { cannotWrite, standardOutput: name, notShown } = texts.commandLine;
    const isOutput = (error as NodeJS.ErrnoException).syscall === 'write';
    tell(`${isOutput ? cannotWrite(out ?? name, output.writtenBytes, message) : notShown(message)}\n`);
    return 1;
  } finally {
    close();
  }
}

export type LogOptions = Pick<
  ShowOptions,
  'filter' | 'frame' | 'decode' | 'registers' | 'encoding' | 'format'
>;
export type OpenedLog = {
  shown: ShownLog;
  damaged: DamagedRecords;
  views: Views;
  encodings: ShownEncodings;
  close: () => void;
};

/** What is shown of a capture, with what was said of its records; what of that is damaged is told. Close it. */
export async function shownLog(
  settings: EndpointSettings,
  capture: Capture,
  searches: SearchPool,
  { filter: text = '', frame, decode, registers, encoding, format }: LogOptions,
): Promise<OpenedLog> {
  const annotations = await annotationsOf(capture);
  const views = new Views(capture, searches, annotations);
  const own = shownEncodings(settings);
  const encodings = encoding === undefined ? own : { ...own, sent: encoding, received: encoding };
  const framings = frame === undefined ? null : { sent: frame, received: frame };
  const read = messageDecodingOf(decode ?? 'automatic', settings, registers);
  const wanted = { connection: null, text, encodings, decoding: read };
  const view = views.open(wanted, peerNamesOf(settings), framings);
  const rows = view.keepRows();
  const { transport } = settings;
  const decoding = decodingOf({ decode, registers }, settings);
  const url = urlAskedFor(settings);
  const damaged = new DamagedRecords();
  const { onDamage } = damaged;
  const exporter = exporters[format];
  const shown = { capture, annotations, rows, exporter, decoding, transport, url, onDamage };
  const close = (): void => {
    rows.close();
    view.close();
  };
  return { shown, damaged, views, encodings, close };
}
