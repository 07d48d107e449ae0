/**
 * `00000010: 48 65 6C 6C 6F  |Hello|`, for `xxd -r` and `text2pcap`: offsets go on over all records, because `xxd -r`
 * cannot go back. `# …` says whose bytes follow; it stands behind an offset, where both read no bytes.
 */
import { isPayload } from '../../../../shared/records.ts';
import { formatHex } from '../../../../shared/payload/format.ts';
import { logLineStart } from '../../../../shared/show/log-line.ts';
import type { Exporter } from './exporter.ts';

const bytesPerLine = 16;
const hexWidth = bytesPerLine * 3 - 1;

export const hexdump: Exporter = {
  extension: 'hex',
  liveEvents: 'told',
  takes: isPayload,
  write: ({ head = [] }) => {
    let offset = 0;
    return {
      head: head.map((line) => remark(0, line)).join(''),
      record: async function* (entry, payload) {
        yield remark(offset, `${logLineStart(entry)} ${entry.length}`);
        for await (const bytes of payload) {
          const out: string[] = [];
          for (let at = 0; at < bytes.length; at += bytesPerLine) {
            const some = bytes.subarray(at, at + bytesPerLine);
            out.push(`${label(offset)}: ${formatHex(some).padEnd(hexWidth)}  |${plainText(some)}|\n`);
            offset += some.length;
          }
          yield out.join('');
        }
      },
    };
  },
};

const label = (offset: number): string => offset.toString(16).padStart(8, '0');
const remark = (offset: number, text: string): string => `${label(offset)}: # ${text}\n`;

export function plainText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  return text;
}
