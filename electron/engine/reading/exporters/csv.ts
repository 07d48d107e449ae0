/**
 * For spreadsheets and python3's csv (RFC 4180): a row per record, the bytes in full as hex, and behind them what they say,
 * where they are decoded.
 */
import { formatAddress, type Address } from '../../../../shared/address.ts';
import { asUtf8 } from '../../../../shared/encodings/reading.ts';
import { escapeLine } from '../../../../shared/payload/format.ts';
import { escapedLines } from '../../../../shared/show/escaped-lines.ts';
import { describeRecord } from '../../../../shared/texts/index.ts';
import { formatIso } from '../../../../shared/show/times.ts';
import { decodedWords } from './decoded.ts';
import type { Entry, Exporter, ExportOptions, WriteRecord } from './exporter.ts';

/** The most that a spreadsheet takes in a cell is 32,767 characters. */
const longestText = 32_000;
/** Any byte is four characters as an escape, at the most. */
const textBytes = longestText / 4;

const columns = [
  ...['number', 'time', 'kind', 'connection', 'local', 'remote', 'peer', 'length'],
  // What a person said of it.
  ...['bookmarked', 'tags', 'note'],
  ...['text', 'hex'],
];

export const csv: Exporter = {
  extension: 'csv',
  liveEvents: 'both',
  takes: () => true,
  write: (options) => ({
    head: `${[...columns, ...(options.isDecoded ? ['decoded'] : [])].join(',')}\r\n`,
    record: rows(options),
  }),
};

/** A cell that a spreadsheet would take for a formula begins with an apostrophe, which it does not show. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const rows = ({ words, isDecoded }: ExportOptions): WriteRecord =>
  async function* (entry, payload) {
    const rowEnd = (): string => (isDecoded ? `,${cell(decodedWords(entry, words))}\r\n` : '\r\n');
    const { sequence, time, kind, connection, ends, peer, length, detail, annotation } = entry;
    const end = (address: Address | null): string => (address === null ? '' : formatAddress(address));
    const start = [
      ...[sequence, formatIso(time), kind, connection ?? '', end(ends.local), end(ends.remote), peer],
      detail === null ? length : '',
      ...[annotation?.bookmarked ? 'true' : '', annotation?.tags.join(';') ?? '', annotation?.note ?? ''],
    ];
    yield `${start.map((one) => cell(String(one))).join(',')},`;
    if (detail !== null) return yield `${cell(escapeLine(describeRecord(detail, peer, words)))},${rowEnd()}`;
    let isFirst = true;
    try {
      for await (const bytes of payload) {
        if (isFirst) yield `${cell(shownText(entry, bytes))},`;
        isFirst = false;
        yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
      }
    } finally {
      yield `${isFirst ? ',' : ''}${rowEnd()}`;
    }
  };

/** What a record begins with, as text with escapes; the last column has all of it. */
function shownText({ reading = asUtf8, length }: Entry, bytes: Uint8Array): string {
  const isCut = length > textBytes;
  const { lines } = escapedLines(bytes.subarray(0, textBytes), reading, isCut);
  return `${lines.join('')}${isCut ? ' …' : ''}`;
}
