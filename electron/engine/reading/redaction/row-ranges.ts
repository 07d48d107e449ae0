/** What is removed of each message by its place: a range of bytes, or a field that a decoder finds. */
import { isFieldIgnored } from '../../../../shared/compare/ignore.ts';
import type { DecodeHints } from '../../../../shared/decoding/context.ts';
import type { DecoderId } from '../../../../shared/decoding/decoded.ts';
import { candidates, decode, usualBudget } from '../../../../shared/decoding/decoders.ts';
import { rowsOf, valueText, type DecodedRow } from '../../../../shared/decoding/rows.ts';
import { isPayload } from '../../../../shared/records.ts';
import type { RedactRule } from '../../../../shared/redaction/rules.ts';
import type { EndpointSettings } from '../../../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../../../shared/settings/transports.ts';
import type { Row } from '../../../../shared/wire/row-window.ts';
import type { Capture } from '../../capture/capture.ts';
import { monotonic } from '../../clock.ts';
import { framePlaces } from '../frames/stretch.ts';
import { stretchOf } from '../kept-rows.ts';
import { keptRows } from '../kept-rows.ts';
import type { RowSource } from '../row-source.ts';
import type { Range } from './stream-search.ts';

/** Of a message that is decoded. */
const mostBytes = 1024 * 1024;
const mostMs = 500;

type Source = {
  capture: Capture;
  settings: EndpointSettings;
  length: number;
  rows: RowSource;
  decoding: DecoderId | null;
  signal: AbortSignal;
  told: (done: number, total: number) => void;
};

export async function removeInRows(
  rule: Extract<RedactRule, { kind: 'bytes' | 'field' }>,
  source: Source,
  remove: (value: Uint8Array, parts: readonly { place: number; length: number }[]) => void,
): Promise<void> {
  const { capture, rows, length } = source;
  for await (const row of keptRows(rows, length, source)) {
    if (!isPayload(row.kind) || row.length === 0) continue;
    const first = rule.kind === 'bytes' ? rule.first : 0;
    const bytes = await rows.payload(row, first, rule.kind === 'bytes' ? rule.last + 1 - first : mostBytes);
    const ranges =
      rule.kind === 'bytes' ? [{ from: 0, to: bytes.length }] : fieldsIn(rule.path, bytes, row, source);
    for (const { from, to } of ranges)
      if (from < to)
        remove(
          bytes.subarray(from, to),
          await framePlaces(capture, stretchOf(row), first + from, first + to),
        );
  }
}

/** Of what is packed, the bytes that it comes out of. */
function fieldsIn(path: string, bytes: Uint8Array, { kind }: Row, { settings, decoding }: Source): Range[] {
  const isDatagram = capabilitiesOf(settings).hasBoundaries;
  const hints: DecodeHints = {
    from: (kind === 'received') === (settings.role === 'listener') ? 'client' : 'server',
    isDatagram,
  };
  const as = decoding ?? candidates(bytes, hints)[0]?.id;
  if (as === undefined) return [];
  const end = monotonic() + mostMs;
  const { root } = decode(
    as,
    bytes,
    usualBudget(() => monotonic() > end),
    hints,
  );
  const ranges: Range[] = [];
  for (const row of rowsOf(root, bytes)) {
    if (!isFieldIgnored([{ kind: 'field', path }], pathOf(row), valueText(row.node.value))) continue;
    let outer = row;
    while (outer.layer > 0 && outer.parent !== null) outer = outer.parent;
    ranges.push({ from: outer.node.offset, to: outer.node.offset + outer.node.length });
  }
  return ranges;
}

function pathOf({ node, parent }: DecodedRow): string[] {
  const path = [String(node.name)];
  for (let above = parent; above !== null; above = above.parent) path.unshift(String(above.node.name));
  return path;
}
