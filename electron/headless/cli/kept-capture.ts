/** What a data folder has captured, for commands that read it. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Endpoint } from '../../../shared/contract.ts';
import { failureOf } from '../../../shared/failure.ts';
import { defaultListener } from '../../../shared/settings/endpoint.ts';
import { transports } from '../../../shared/settings/transports.ts';
import { nameOf } from '../../../shared/texts/endpoint-name.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { Annotations } from '../../engine/capture/annotations.ts';
import { Capture, type CaptureOptions } from '../../engine/capture/capture.ts';
import { lockDataFolder } from '../../engine/disk/data-folder.ts';
import { endpointsKind } from '../../engine/documents/kinds.ts';
import { isEndpointId } from '../../engine/schemas/schemas.ts';
import { openFolderIn } from '../../engine/workspaces.ts';
import { tell } from '../terminal.ts';
import { withCaptureFile } from './capture-files.ts';
import { readKept } from './kept-document.ts';
import { requireTransport } from './option-fields.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the log of an endpoint of the workspace that is open in a data folder, which the app must not have open, or that
 * in a capture file.
 * `wanted`: by its name, or its id; undefined: the only one that there is. Throws a `UsageError`.
 */
export async function withCapture<T>(
  path: string,
  wanted: string | undefined,
  use: (endpoint: Endpoint, capture: Capture, isHeadDamaged: boolean) => Promise<T>,
  options: CaptureOptions = {},
): Promise<T> {
  const folder = resolve(path);
  const stats = await stat(folder).catch(() => null);
  if (stats?.isFile()) return withCaptureFile(path, use);
  const cannotRead = (error: unknown): never => {
    throw new UsageError(texts.commandLine.problems.noCapture(path, inWords(failureOf(error)).message));
  };
  // A lock would make what is not there.
  await stat(join(folder, `${endpointsKind.name}.json`)).catch(cannotRead);
  const lock = await lockDataFolder(folder).catch(cannotRead);
  try {
    const open = await openFolderIn(folder);
    const { endpoints } = await readKept(open, endpointsKind).catch(cannotRead);
    const all = [...endpoints, ...(await withoutEndpoint(open, endpoints))];
    // A capture that no endpoint names is meant where it is named, or there is nothing else.
    const named = wanted === undefined && endpoints.length > 0 ? endpoints : all;
    const endpoint = chosen(named, wanted);
    const capture = await Capture.open(join(open, 'captures', endpoint.id), options).catch(cannotRead);
    try {
      return await use(endpoint, capture, false);
    } finally {
      await capture.close();
    }
  } finally {
    await lock.release();
  }
}

/** Captures whose endpoint cannot be read any more, as what a damaged document leaves behind: servers as good as any. */
async function withoutEndpoint(folder: string, endpoints: readonly Endpoint[]): Promise<Endpoint[]> {
  const kept = await readdir(join(folder, 'captures')).catch(() => []);
  const known = new Set<string>(endpoints.map(({ id }) => id));
  const ids = kept.filter((id) => isEndpointId(id) && !known.has(id));
  return ids.map((id) => ({ id, settings: { ...defaultListener(), name: id } }));
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

/** Datagrams are frames by themselves. Throws a `UsageError`. */
export const requireFraming = ({ settings }: Endpoint): void =>
  requireTransport(settings.transport, '--frame', (each) => transports[each].hasConnections);

/** What a person said of its records; of what cannot be read the terminal is told. */
export async function annotationsOf(capture: Capture): Promise<Annotations> {
  const annotations = await Annotations.open(capture);
  const { failure, damagedLines } = annotations;
  const { annotationsUnread, annotationsDamaged } = texts.commandLine;
  if (failure !== null) tell(`${annotationsUnread(inWords(failure).message)}\n`);
  if (damagedLines > 0) tell(`${annotationsDamaged(damagedLines)}\n`);
  return annotations;
}
