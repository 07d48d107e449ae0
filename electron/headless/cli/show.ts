/** `socketscope show DIR`: what a capture has, as the window's log or `listen` would print it. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Endpoint } from '../../../shared/contract.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { peerNamesOf } from '../../../shared/peer-names.ts';
import { shownEncodings } from '../../../shared/settings/text.ts';
import { transports, urlAskedFor } from '../../../shared/settings/transports.ts';
import { nameOf } from '../../../shared/texts/endpoint-name.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { Capture } from '../../engine/capture/capture.ts';
import { lockDataFolder } from '../../engine/disk/data-folder.ts';
import { endpointsKind } from '../../engine/documents/kinds.ts';
import { exporters } from '../../engine/reading/exporters/exporters.ts';
import { writeLog } from '../../engine/reading/save-log.ts';
import { SearchPool } from '../../engine/reading/search-pool.ts';
import { Views } from '../../engine/reading/views.ts';
import { openFolderIn } from '../../engine/workspaces.ts';
import { tell } from '../terminal.ts';
import { readKept } from './kept-document.ts';
import { decodingOf, requireDecodedFormat } from './decoding.ts';
import { requireTransport } from './option-fields.ts';
import { openOutput, standardOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

export type ShowOptions = {
  /** By its name, or its id; undefined: the only one that there is. */
  endpoint?: string;
  /** In the language of filters. */
  filter?: string;
  /** Undefined: chunks. */
  frame?: Framing;
  /** Undefined: as nothing. */
  decode?: DecoderId;
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
  const folder = resolve(path);
  const { problems } = texts.commandLine;
  const cannotRead = (error: unknown): never => {
    throw new UsageError(problems.noCapture(path, inWords(failureOf(error)).message));
  };
  // A lock would make what is not there.
  await stat(join(folder, `${endpointsKind.name}.json`)).catch(cannotRead);
  const lock = await lockDataFolder(folder).catch(cannotRead);
  try {
    const open = await openFolderIn(folder);
    const { endpoints } = await readKept(open, endpointsKind).catch(cannotRead);
    const endpoint = chosen(endpoints, options.endpoint);
    const { transport } = endpoint.settings;
    if (options.frame !== undefined)
      requireTransport(transport, '--frame', (each) => transports[each].hasConnections);
    const capture = await Capture.open(join(open, 'captures', endpoint.id)).catch(cannotRead);
    const searches = new SearchPool(workers);
    try {
      return await print(endpoint, capture, new Views(capture, searches), options);
    } finally {
      await capture.close();
      await searches.close();
    }
  } finally {
    await lock.release();
  }
}

/** Throws a `UsageError` where that is none, or several. */
function chosen(endpoints: readonly Endpoint[], wanted: string | undefined): Endpoint {
  const { problems } = texts.commandLine;
  const named = endpoints.map((endpoint) => ({ endpoint, name: nameOf({ ...endpoint, summary: null }) }));
  const found = named.filter(
    ({ endpoint, name }) => wanted === undefined || name === wanted || endpoint.id === wanted,
  );
  const listed = (found.length === 0 ? named : found).map(({ endpoint, name }) => `${name} (${endpoint.id})`);
  if (found.length !== 1) throw new UsageError(problems.whichEndpoint(wanted ?? null, found.length, listed));
  return found[0]!.endpoint;
}

async function print(
  { settings }: Endpoint,
  capture: Capture,
  views: Views,
  { filter: text = '', frame, decode, encoding, format, out }: ShowOptions,
): Promise<number> {
  const output = out === undefined ? standardOutput() : openOutput(out);
  const own = shownEncodings(settings);
  const encodings = encoding === undefined ? own : { ...own, sent: encoding, received: encoding };
  const framings = frame === undefined ? null : { sent: frame, received: frame };
  const view = views.open({ connection: null, text, encodings }, peerNamesOf(settings), framings);
  const rows = view.keepRows();
  const { transport } = settings;
  const decoding = decodingOf(decode, settings);
  const url = urlAskedFor(settings);
  const shown = { capture, rows, exporter: exporters[format], decoding, transport, url };
  const work = { signal: new AbortController().signal, told: () => undefined };
  try {
    output.begin();
    await writeLog(shown, (part) => output.write(part), work);
    await output.close();
    return 0;
  } catch (error) {
    const { code, message } = inWords(failureOf(error));
    // Whoever read the output has seen enough.
    if (code === 'EPIPE' || code === 'ECONNRESET') return 0;
    const { cannotWrite, standardOutput: name, notShown } = texts.commandLine;
    const isOutput = (error as NodeJS.ErrnoException).syscall === 'write';
    tell(`${isOutput ? cannotWrite(out ?? name, output.writtenBytes, message) : notShown(message)}\n`);
    return 1;
  } finally {
    rows.close();
    view.close();
  }
}
