import { untrack } from 'svelte';
import type { DecodeAs } from '../../shared/decoding/choice.ts';
import { decodeChoiceOf } from '../pane/decode-choice.ts';
import type { AppState } from '../state/app.svelte.ts';
import { startOf } from '../state/copy-rows.ts';
import { seeFields } from '../state/decoded-fields.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { LogRow } from '../state/log-row.ts';
import type { LogRows } from '../state/log-rows.svelte.ts';
import { RowSummaries, type RowSummary } from './row-summaries.svelte.ts';

type Drawn = {
  app: AppState;
  endpoint: EndpointState | null;
  rows: LogRows;
  first: number;
  end: number;
  /** False: nobody asks. */
  isShown: boolean;
};

/** What a row looks like by itself is guessed for one that is looked at alone: a column means one thing all the way down. */
export const oneDecoder = (as: DecodeAs) => (as === 'automatic' || as === 'none' ? null : as);

/** What the rows that are drawn say, as the decoder that was chosen for the endpoint reads them. For a component that is being made. */
export function drawnSummaries(drawn: () => Drawn): (row: LogRow) => RowSummary | null {
  let made = $state.raw<RowSummaries | null>(null);
  // Each apart: settings come anew with every summary.
  const endpoint = $derived(drawn().isShown ? drawn().endpoint : null);
  const choice = $derived(endpoint && decodeChoiceOf(drawn().app, endpoint));
  const as = $derived(choice && oneDecoder(choice.as));
  const registers = $derived(choice?.registers);
  const role = $derived(endpoint?.settings.role);
  const isDatagram = $derived(endpoint?.capabilities.hasBoundaries);
  $effect(() => {
    if (!endpoint || !as || !registers || !role || isDatagram === undefined) return;
    const { engine } = untrack(drawn).app;
    const of = endpoint;
    const summaries = new RowSummaries({
      ...{ as, registers, role, isDatagram },
      read: (row, length) => startOf({ engine, endpoint: of.id }, row, length),
      earlier: (point) => engine.packedBefore(of.id, point),
      seen: (fields) => seeFields(of, fields),
    });
    made = summaries;
    return () => {
      made = null;
      summaries.close();
    };
  });
  $effect(() => {
    if (made === null) return;
    const { rows, first, end } = drawn();
    made.want(Array.from({ length: end - first }, (_, at) => rows.at(first + at)));
  });
  return (row) => made?.at(row) ?? null;
}
