import { isPayload } from '../../shared/records.ts';
import type { Commands } from '../../shared/contract.ts';
import type { EndpointId, ViewId } from '../../shared/domain.ts';
import { formatLogLine } from '../../shared/show/log-line.ts';
import { readDetail } from '../../shared/record-detail.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import type { RowRange } from '../lib/row-selection.ts';
import { mostCopiedBytes } from './copying.ts';
import { isWhole } from './log-row.ts';

/** What a clipboard and the program that takes it bear without a pause; "Save log" has no bound. */
export const mostCopiedRows = 20_000;
const mostLineBytes = 8 * 1024 * 1024;
/** Rows that are gone through for their bytes: a second or so of a log of events alone. */
const mostReadRows = 200_000;
const rowsPerRequest = 512;
const bytesPerRequest = 256 * 1024;

export type CopyEngine = Pick<Remote<Commands>, 'rows' | 'payload'>;
type Source = { engine: CopyEngine; endpoint: EndpointId; view: ViewId };

/** The selected rows as lines with their whole payloads, as many as fit into the bounds. */
export async function linesOf(
  source: Source,
  ranges: readonly RowRange[],
): Promise<{ text: string; rows: number }> {
  const lines: string[] = [];
  let bytes = 0;
  for (const { from, to } of ranges) {
    for (let first = from; first < to; first += rowsPerRequest) {
      const count = Math.min(rowsPerRequest, to - first, mostCopiedRows - lines.length);
      const { rows } = decodeRows(await source.engine.rows(source.view, first, count));
      for (const row of rows) {
        bytes += row.length;
        if (bytes > mostLineBytes && lines.length > 0) return done(lines);
        lines.push(await lineOf(source, row));
      }
      if (lines.length >= mostCopiedRows || rows.length < count) return done(lines);
    }
  }
  return done(lines);
}

/**
 * The payloads of the selected rows, one behind the other, as many whole ones as fit; the first one alone is cut.
 */
export async function payloadsOf(
  source: Source,
  ranges: readonly RowRange[],
): Promise<{ bytes: Uint8Array; records: number; isPart: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let read = 0;
  const done = (isPart: boolean) => ({ bytes: joined(parts, length), records: parts.length, isPart });
  for (const { from, to } of ranges) {
    for (let first = from; first < to; first += rowsPerRequest) {
      if (read >= mostReadRows) return done(true);
      const count = Math.min(rowsPerRequest, to - first);
      const { rows } = decodeRows(await source.engine.rows(source.view, first, count));
      for (const row of rows) {
        if (!isPayload(row.kind) || row.length === 0) continue;
        const isTooMuch = length + row.length > mostCopiedBytes;
        if (isTooMuch && parts.length > 0) return done(true);
        const part = isWhole(row)
          ? row.preview
          : await startOf(source, row, Math.min(row.length, mostCopiedBytes));
        parts.push(part);
        length += part.length;
        if (isTooMuch) return done(true);
      }
      if (rows.length < count) return done(false);
      read += count;
    }
  }
  return done(false);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const done = (lines: string[]) => ({ text: lines.map((line) => `${line}\n`).join(''), rows: lines.length });

async function lineOf(source: Source, row: Row): Promise<string> {
  if (!isPayload(row.kind))
    return formatLogLine({ ...row, payload: row.preview, detail: readDetail(row.kind, row.preview) });
  const payload = isWhole(row)
    ? row.preview
    : await startOf(source, row, Math.min(row.length, mostLineBytes));
  return formatLogLine({ ...row, payload, detail: null });
}

/** The first `length` bytes of a payload; a line says that it goes on. */
async function startOf({ engine, endpoint }: Source, { sequence }: Row, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += bytesPerRequest)
    bytes.set(await engine.payload(endpoint, sequence, at, Math.min(bytesPerRequest, length - at)), at);
  return bytes;
}
