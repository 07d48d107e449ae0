/** What tests of the capture share. */
import { readdir } from 'node:fs/promises';
import type { Filter } from '../../../shared/filter/filter.ts';
import { decodeRows, type Row } from '../../../shared/wire/row-window.ts';
import { testFolder } from './folder.ts';
import type { Said } from '../capture/annotations.ts';
import { Capture, type CaptureOptions } from '../capture/capture.ts';
import type { Exporter } from '../reading/exporters/exporter.ts';
import { exporters } from '../reading/exporters/exporters.ts';
import type { Framings } from '../reading/frames/frame-scan.ts';
import type { Work } from '../reading/kept-rows.ts';
import { saveLog } from '../reading/save-log.ts';
import { SearchPool, type SearchPoolOptions } from '../reading/search-pool.ts';
import type { View } from '../reading/view.ts';
import { Views } from '../reading/views.ts';
import { newStream } from '../capture/recorder.ts';

export { patterned } from './patterned.ts';

export const workers = new URL('../../../out/workers/', import.meta.url);
export const anyFilter: Filter = { connection: null, text: '' };

export const openCapture = (folder: string, options: CaptureOptions = {}): Promise<Capture> =>
  Capture.open(folder, options);

const known = new WeakMap<Capture, Views>();

/** The views of a capture, with searches of their own that end with it. */
export function viewsOf(
  capture: Capture,
  options: SearchPoolOptions = {},
  from = workers,
  said: Said | null = null,
): Views {
  const searches = new SearchPool(from, options);
  const views = new Views(capture, searches, said);
  capture.follow({ closing: () => searches.close() });
  known.set(capture, views);
  return views;
}

export const openView = (capture: Capture, filter: Filter, framings: Framings | null = null): View =>
  (known.get(capture) ?? viewsOf(capture)).open(filter, null, framings);

/** Writes what a view shows, with the connection's URL; the view may be closed meanwhile. */
export async function save(
  capture: Capture,
  view: View,
  path: string,
  exporter: Exporter = exporters.text,
  work: Work = { signal: new AbortController().signal, told: () => undefined },
): Promise<number> {
  const rows = view.keepRows();
  const saved = { capture, rows, exporter, path, transport: 'tcp', url: 'tcp://127.0.0.1:9000' } as const;
  return saveLog(saved, work).finally(() => rows.close());
}

type Bench = { folder: string; open: (options?: CaptureOptions) => Promise<Capture> };

/** One folder, opened as often as the test likes; its captures are closed before it goes. */
export async function withBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  const { path, remove } = await testFolder();
  const captures: Capture[] = [];
  try {
    await use({
      folder: path,
      open: async (options) => {
        const capture = await openCapture(path, options);
        captures.push(capture);
        return capture;
      },
    });
  } finally {
    // A capture whose disk is full cannot end well, and is not asked to.
    await Promise.allSettled(captures.map((capture) => capture.close()));
    await remove();
  }
}

export function recordOpened(capture: Capture, port = 50_000): number {
  const local = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
  const remote = { host: '127.0.0.1', port, family: 'IPv4' } as const;
  return capture.recordDetail(newStream, {
    kind: 'opened',
    socket: 'stream',
    origin: 'accepted',
    local,
    remote,
    carried: false,
  });
}

export async function rowsOf(view: View, from = 0, count = 512): Promise<Row[]> {
  return decodeRows(await view.rows(from, count)).rows;
}

/** Every sequence that a view shows. */
export async function sequencesOf(view: View): Promise<number[]> {
  const sequences: number[] = [];
  while (sequences.length < view.length)
    sequences.push(...(await rowsOf(view, sequences.length)).map(({ sequence }) => sequence));
  return sequences;
}

/** Waits until `condition` holds; the test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Waits until a view has looked at everything. */
export const scanned = (view: View): Promise<void> =>
  until(() => view.summary.scanned === view.summary.total || view.summary.failure !== null);

export const filesOf = async (folder: string, prefix: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith(prefix)).sort();

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
