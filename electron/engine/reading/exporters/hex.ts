/** Lines of 16 bytes with their offsets: `… 000010  48 65 6C 6C 6F 0D 0A                             Hello··` */
import { formatHex } from '../../../../shared/payload/format.ts';
import type { Exporter, ExportOptions, WriteRecord } from './exporter.ts';
import { eventLine, lineStart, remarks } from './text.ts';

const bytesPerLine = 16;

export const hex: Exporter = {
  extension: 'txt',
  liveEvents: 'told',
  takes: () => true,
  write: (options) => ({ head: remarks(options), record: hexLines(options) }),
};

const hexLines = (options: ExportOptions): WriteRecord =>
  async function* (entry, payload) {
    if (entry.detail !== null) return yield eventLine(entry, options);
    const start = lineStart(entry, options);
    if (entry.length === 0) return yield `${start}${offsetLabel(0)}\n`;
    let offset = 0;
    for await (const bytes of payload) {
      const out: string[] = [];
      for (let at = 0; at < bytes.length; at += bytesPerLine, offset += bytesPerLine)
        out.push(`${start}${hexLine(offset, bytes.subarray(at, at + bytesPerLine))}\n`);
      yield out.join('');
    }
  };

const offsetLabel = (offset: number): string => offset.toString(16).padStart(6, '0');

function hexLine(offset: number, bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'));
  return `${offsetLabel(offset)}  ${formatHex(bytes).padEnd(bytesPerLine * 3)} ${text.join('')}`;
}
