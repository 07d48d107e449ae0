/** Marks what is compared, and opens the tab that compares two. */
import { formatSource, type CompareSource } from '../../shared/compare/source.ts';
import { isPayload } from '../../shared/records.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from './app.svelte.ts';
import { frameOf, payloadRows } from './copy-rows.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogRow } from './log-row.ts';
import type { RecordVerbs } from './record-verbs.svelte.ts';

const words = texts.compare;
const marks = new WeakMap<AppState, CompareSource>();

export const markOf = (app: AppState): CompareSource | null => marks.get(app) ?? null;

export function nameOfSource({ sequence, kind, frame, selection }: CompareSource): string {
  const name =
    kind === 'connection'
      ? words.ofConnection(sequence)
      : frame === null
        ? words.ofRecord(sequence)
        : words.ofFrame(sequence);
  return selection === null ? name : words.ofSelection(name, selection.start, selection.end);
}

export function mark(app: AppState, source: CompareSource): void {
  marks.set(app, source);
  app.toast(words.marked(nameOfSource(source)));
}

/** With the marked one, which stands at the left. */
export function compareWithMark(app: AppState, source: CompareSource): void {
  const marked = markOf(app);
  if (marked === null) return app.toast(words.noMark);
  app.openTab(`compare:${formatSource(marked)}~${formatSource(source)}`);
}

type Chosen = Pick<LogRow, 'sequence' | 'length' | 'frame'>;

export const sourceOfRow = (endpoint: EndpointState, row: Chosen): CompareSource => ({
  endpoint: endpoint.id,
  sequence: row.sequence,
  kind: 'record',
  frame: frameOf(row),
  selection: null,
});

export const sourceOfConnection = (endpoint: EndpointState, connection: number): CompareSource => ({
  endpoint: endpoint.id,
  sequence: connection,
  kind: 'connection',
  frame: null,
  selection: null,
});

export function markRow({ app, endpoint, only }: RecordVerbs): void {
  if (only !== null && isPayload(only.kind)) mark(app, sourceOfRow(endpoint, only));
}

/** Two chosen rows with each other, one with the marked one. */
export async function compareRows({ app, endpoint, log, only, count }: RecordVerbs): Promise<void> {
  if (only !== null) {
    if (isPayload(only.kind)) compareWithMark(app, sourceOfRow(endpoint, only));
    return;
  }
  const source = log.copySource;
  if (source === null || count !== 2) return;
  const found = await app.attempt(() => payloadRows(source, log.selection.ranges));
  const [a, b] = found?.rows ?? [];
  if (!a || !b) return;
  app.openTab(`compare:${formatSource(sourceOfRow(endpoint, a))}~${formatSource(sourceOfRow(endpoint, b))}`);
}
