/** Opens the tab with a sequence diagram of connections. */
import { formatDiagram, mostConnections } from '../../shared/diagram/tab.ts';
import { texts } from '../../shared/texts/index.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { selectedCount, type RowRange } from '../lib/row-selection.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogState } from './log.svelte.ts';

/** What `rows` answers at most, and so many answers at most. */
const [pageRows, mostPages] = [512, 64];
/** In place of a number of a record that has no connection. */
const noConnection = 0xffff_ffff;

export function openDiagram(
  app: AppState,
  { id: endpoint }: EndpointState,
  connections: readonly number[],
  isOwn = false,
): void {
  if (connections.length > mostConnections) app.toast(texts.diagram.onlyFirstConnections(mostConnections));
  const shown = connections.slice(0, mostConnections);
  app.openTab(`diagram:${formatDiagram({ endpoint, connections: shown, isOwn })}`);
}

/** Of the chosen rows, or of all that the log shows. */
export async function openDiagramOfLog(app: AppState, endpoint: EndpointState, log: LogState): Promise<void> {
  const { rows, selection, isFiltered } = log;
  const { view } = rows;
  if (view === null) return;
  const isChosen = selectedCount(selection) > 1;
  const ranges = isChosen ? selection.ranges : [{ from: 0, to: rows.count }];
  const connections = await app.attempt(() => connectionsIn(app, view, ranges));
  if (connections === null) return;
  const isOwn = !isChosen && !isFiltered;
  if (connections.length === 0 && !isOwn) app.toast(texts.diagram.noneChosen);
  else openDiagram(app, endpoint, connections, isOwn);
}

/** In the order in which they come. One more than a diagram has room for is enough. */
async function connectionsIn(app: AppState, view: number, ranges: readonly RowRange[]): Promise<number[]> {
  const found = new Set<number>();
  let pages = 0;
  for (const { from, to } of ranges)
    for (let at = from; at < to && pages < mostPages && found.size <= mostConnections; pages++) {
      const { rows } = decodeRows(await app.engine.rows(view, at, Math.min(pageRows, to - at)));
      if (rows.length === 0) break;
      for (const { connection } of rows) if (connection !== noConnection) found.add(connection);
      at += rows.length;
    }
  return [...found];
}
