/** What a plan makes of a log that is shown: fewer rows and parts, a head, and what is removed. */
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import type { ExportPlan, ExportPreview } from '../../../shared/export-formats.ts';
import { isPayload } from '../../../shared/records.ts';
import { readRedact } from '../../../shared/redaction/rules.ts';
import { formatHex } from '../../../shared/payload/format.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { headLines } from './exporters/head.ts';
import type { Work } from './kept-rows.ts';
import { Redaction } from './redaction/redaction.ts';
import type { RowSource } from './row-source.ts';
import { countRemoved, writeLog, type Removed, type ShownLog } from './save-log.ts';

/** Bytes of a file that are shown before it is written. */
const previewBytes = 8 * 1024;
const previewHexBytes = 512;

/**
 * The log as it is written, and what is removed of it, which takes as long as the capture is. A rule that cannot be read is
 * passed over. Rejects as `Redaction.prepare` and `countRemoved`.
 */
export async function plannedLog(
  shown: ShownLog,
  settings: EndpointSettings,
  plan: Omit<ExportPlan, 'format' | 'name'>,
  work: Work,
  decoding: DecoderId | null = null,
): Promise<{ shown: ShownLog; removed: Removed | null }> {
  const { exporter } = shown;
  const { leavesOut } = plan;
  const isLeftOut = (kind: Parameters<typeof exporter.takes>[0]): boolean =>
    leavesOut.includes(isPayload(kind) ? 'payloads' : 'events');
  const { annotations, ...rest } = shown;
  const chosen: ShownLog = {
    ...rest,
    ...(annotations && !leavesOut.includes('annotations') && { annotations }),
    rows: plan.rows === null ? shown.rows : onlyRows(shown.rows, plan.rows),
    form: { bytes: plan.bytes, times: plan.times },
    exporter: { ...exporter, takes: (kind) => exporter.takes(kind) && !isLeftOut(kind) },
  };
  const rules = plan.redact.map(readRedact).flatMap((read) => (read.ok ? [read.rule] : []));
  if (rules.length === 0) return { shown: withHead(chosen, settings, plan, null), removed: null };
  const { capture, rows } = chosen;
  const encodings = [rows.encodings.sent, rows.encodings.received];
  const source = { capture, settings, encodings, length: capture.length, rows, decoding, ...work };
  const redaction = await Redaction.prepare(rules, source);
  const removed = await countRemoved({ ...chosen, redaction }, work);
  const { head = [], ...all } = withHead(chosen, settings, plan, removed);
  return { shown: { ...all, head: head.map((line) => redaction.text(line)), redaction }, removed };
}

const withHead = (
  shown: ShownLog,
  settings: EndpointSettings,
  { filter }: Pick<ExportPlan, 'filter'>,
  removed: Removed | null,
): ShownLog => ({
  ...shown,
  head: headLines(settings, shown.url, { filter, removed, words: shown.rows.words }),
});

/** Rows of a reading as if there were no others. */
function onlyRows(rows: RowSource, ranges: readonly { from: number; to: number }[]): RowSource {
  const places = (from: number, count: number): { from: number; count: number }[] => {
    const found: { from: number; count: number }[] = [];
    let before = 0;
    for (const range of ranges) {
      const start = Math.max(range.from, range.from + from - before);
      const end = Math.min(range.to, range.from + from + count - before);
      if (start < end) found.push({ from: start, count: end - start });
      before += range.to - range.from;
    }
    return found;
  };
  const { wholeRows } = rows;
  return {
    get base() {
      return rows.base;
    },
    length: ranges.reduce((sum, { from, to }) => sum + to - from, 0),
    get scannedTo() {
      return rows.scannedTo;
    },
    get begun() {
      return rows.begun;
    },
    get failure() {
      return rows.failure;
    },
    get reachable() {
      return rows.reachable;
    },
    words: rows.words,
    encodings: rows.encodings,
    rows: async (from, count) => {
      const parts = places(from, count).map((part) => rows.rows(part.from, part.count));
      return (await Promise.all(parts)).flat();
    },
    ...(wholeRows && {
      wholeRows: async (from: number, count: number, room: Uint8Array) => {
        // Fewer than there are.
        const [part] = places(from, count);
        return part === undefined ? [] : wholeRows.call(rows, part.from, part.count, room);
      },
    }),
    rowOf: (sequence, within) => rows.rowOf(sequence, within),
    payload: (row, at, most) => rows.payload(row, at, most),
    framingOf: (kind) => rows.framingOf(kind),
    grow: () => rows.grow(),
    changed: (signal) => rows.changed(signal),
    keep: () => onlyRows(rows.keep(), ranges),
    close: () => rows.close(),
  };
}

class Enough extends Error {}

/** What `plannedLog` would have written first. */
export async function previewLog(
  shown: ShownLog,
  isText: boolean,
  work: Work,
): Promise<Pick<ExportPreview, 'text' | 'isCut'>> {
  const most = isText ? previewBytes : previewHexBytes;
  const parts: Buffer[] = [];
  let length = 0;
  const append = (part: Uint8Array | string): Promise<void> => {
    parts.push(Buffer.from(part as string));
    length += parts.at(-1)!.length;
    return length > most ? Promise.reject(new Enough()) : Promise.resolve();
  };
  await writeLog(shown, append, work, undefined, most).catch((error: unknown) => {
    if (!(error instanceof Enough)) throw error;
  });
  const bytes = Buffer.concat(parts).subarray(0, most);
  return { text: isText ? bytes.toString() : formatHex(bytes), isCut: length > most };
}
