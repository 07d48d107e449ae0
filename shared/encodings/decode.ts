/** Whole texts read at once. */
import { leastTrail, type Codec } from './codec.ts';
import { codecOf, type EncodingId } from './encodings.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const units = new TextDecoder('utf-16le', { ignoreBOM: true });
/** Bytes that are read at a time: what they make stays in the processor's cache beside the table. */
const blockBytes = 16 * 1024;
const longestCharacter = 4;
/** No byte makes more than one unit of UTF-16. */
const block = new Uint16Array(blockBytes + longestCharacter);
const blockAsBytes = new Uint8Array(block.buffer);
const noCharacter = 0xfffd;

/** What is no character is U+FFFD, as `Codec.step` takes bytes together. Linear in the length. */
export function decodeText(bytes: Uint8Array, id: EncodingId): string {
  return id === 'utf-8' ? utf8.decode(bytes) : decodeBy(codecOf(id), bytes);
}

function decodeBy(codec: Codec, bytes: Uint8Array): string {
  const table = codec.table?.() ?? null;
  // Not joined: a text of many blocks would be copied once more, which takes as long as reading it.
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + blockBytes);
    let size = 0;
    while (at < end) {
      if (table !== null) {
        const to = decodeTable(table, bytes, at, end, size);
        size += to.size;
        at = to.at;
        if (at >= end) break;
      }
      // One that the table lacks, or any of an encoding without one.
      const step = codec.step(bytes, at);
      const codePoint = step.ok ? step.codePoint : noCharacter;
      if (codePoint > 0xffff) {
        block[size++] = 0xd800 + ((codePoint - 0x10000) >> 10);
        block[size++] = 0xdc00 + ((codePoint - 0x10000) & 0x3ff);
      } else block[size++] = codePoint;
      at += step.length;
    }
    text += units.decode(blockAsBytes.subarray(0, size * 2));
  }
  return text;
}

/** As far as the table goes, and there is a second byte. */
function decodeTable(
  table: Uint16Array,
  bytes: Uint8Array,
  from: number,
  end: number,
  filled: number,
): { at: number; size: number } {
  const to = Math.min(end, bytes.length - 1);
  let at = from;
  let size = filled;
  while (at < to) {
    const first = bytes[at]!;
    if (first < 0x80) {
      block[size++] = first;
      at++;
      continue;
    }
    const second = bytes[at + 1]!;
    const pair = table[(first << 8) | second]!;
    if (pair !== 0 && second >= leastTrail) {
      block[size++] = pair;
      at += 2;
      continue;
    }
    const alone = table[first << 8]!;
    if (alone === 0) break;
    block[size++] = alone;
    at++;
  }
  return { at, size: size - filled };
}
