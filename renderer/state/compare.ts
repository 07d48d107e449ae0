/** Marks what is compared, and opens the tab that compares two. */
import {
  formatSource,
  mostParts,
  type ComparePart,
  type CompareSource,
} from '../../shared/compare/source.ts';
import { isPayload } from '../../shared/records.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from './app.svelte.ts';
import { compareMarkOf } from './compare-mark.svelte.ts';
import { frameOf, payloadRows } from './copy-rows.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogRow } from './log-row.ts';
import type { RecordVerbs } from './record-verbs.svelte.ts';

const words = texts.compare;

export const markOf = (app: AppState): CompareSource | null => compareMarkOf(app).source;

export function nameOfSource({ sequence, kind, frame, more, selection }: CompareSource): string {
  const name =
    kind === 'connection'
      ? words.ofConnection(sequence)
      : kind === 'several'
        ? words.ofSeveral(more.length + 1, sequence)
        : frame === null
          ? words.ofRecord(sequence)
          : words.ofFrame(sequence);
  return selection === null ? name : words.ofSelection(name, selection.start, selection.end);
}

export function mark(app: AppState, source: CompareSource): void {
  compareMarkOf(app).source = source;
  app.toast(words.marked(nameOfSource(source)));
}

/** With the marked one, which stands at the left. */
export function compareWithMark(app: AppState, source: CompareSource): void {
  const marked = markOf(app);
  if (marked === null) return app.toast(words.noMark);
  compareBoth(app, marked, source);
}

const compareBoth = (app: AppState, a: CompareSource, b: CompareSource): void =>
  app.openTab(`compare:${formatSource(a)}~${formatSource(b)}`);

type Chosen = Pick<LogRow, 'sequence' | 'length' | 'frame'>;

export const sourceOfRow = (endpoint: EndpointState, row: Chosen): CompareSource => ({
  endpoint: endpoint.id,
  sequence: row.sequence,
  kind: 'record',
  frame: frameOf(row),
  more: [],
  selection: null,
});

export const sourceOfConnection = (endpoint: EndpointState, connection: number): CompareSource => ({
  endpoint: endpoint.id,
  sequence: connection,
  kind: 'connection',
  frame: null,
  more: [],
  selection: null,
});

/** Several that are one, each joined to those of its direction; null where there is none. */
function sourceOfParts(
  app: AppState,
  endpoint: EndpointState,
  parts: readonly ComparePart[],
): CompareSource | null {
  const [first, ...more] = parts.slice(0, mostParts);
  if (first === undefined) return null;
  if (parts.length > mostParts) app.toast(words.onlyFirst(mostParts));
  return { ...first, endpoint: endpoint.id, kind: 'several', more, selection: null };
}

/** What is chosen in the log, or in the stream. */
async function chosenSources({ app, endpoint, log, only }: RecordVerbs): Promise<CompareSource[]> {
  const { chosenBytes, copySource } = log;
  if (chosenBytes !== null) {
    const parts = await app.attempt(() => chosenBytes.parts());
    const source = parts && sourceOfParts(app, endpoint, parts);
    return source ? [source] : [];
  }
  if (only !== null) return isPayload(only.kind) ? [sourceOfRow(endpoint, only)] : [];
  if (copySource === null) return [];
  const found = await app.attempt(() => payloadRows(copySource, log.selection.ranges));
  const rows = found?.rows ?? [];
  if (rows.length === 2) return rows.map((row) => sourceOfRow(endpoint, row));
  const source = sourceOfParts(
    app,
    endpoint,
    rows.map((row) => ({ sequence: row.sequence, frame: frameOf(row) })),
  );
  return source ? [source] : [];
}

const asOne = (sources: readonly CompareSource[]): CompareSource | null => {
  const [first, ...more] = sources;
  if (first === undefined || more.length === 0) return first ?? null;
  return { ...first, kind: 'several', more: more.map(({ sequence, frame }) => ({ sequence, frame })) };
};

export async function markRow(verbs: RecordVerbs): Promise<void> {
  const source = asOne(await chosenSources(verbs));
  if (source !== null) mark(verbs.app, source);
}

/** Two chosen rows with each other, unless several are marked; anything else with what is marked. */
export async function compareRows(verbs: RecordVerbs): Promise<void> {
  const { app } = verbs;
  const sources = await chosenSources(verbs);
  const [a, b] = sources;
  if (a && b && markOf(app)?.kind !== 'several') return compareBoth(app, a, b);
  const source = asOne(sources);
  if (source !== null) compareWithMark(app, source);
}
