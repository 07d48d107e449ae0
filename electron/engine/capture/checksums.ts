/**
 * A CRC-32 for each block of a capture's files, in a file of its own beside each of them: `sums-data-NNNNNNNN` and
 * `sums-index-NNNNNNNN`. A slot of 16 bytes says which bytes of its block it covers; that of the newest block is
 * written again as the block grows, always behind the bytes and before anything that relies on them.
 */
import { crc32 } from 'node:zlib';
import type { Damage } from '../../../shared/failure.ts';
import type { FileSet } from './format.ts';

/** 4 first covered byte of the block, 4 behind the last one, 4 CRC-32 of them, 4 CRC-32 of these twelve. */
export const slotBytes = 16;
const slotWords = slotBytes / 4;

/** `block` counts through all files of a set. */
export type Slot = { block: number; from: number; end: number; crc: number };

/** Every sum starts from the number of its block: one that lies in another's place is wrong. */
const seedOf = (set: FileSet, block: number): number => (block * 2 + (set.prefix === 'index' ? 1 : 0)) >>> 0;

export const slotPlace = (set: FileSet, block: number): { file: number; position: number } => {
  const perFile = set.fileBytes / set.checkBytes;
  return { file: Math.floor(block / perFile), position: (block % perFile) * slotBytes };
};

function putSlot(set: FileSet, target: Uint32Array, at: number, { block, from, end, crc }: Slot): void {
  target.set([from, end, crc], at);
  target[at + 3] = ownSum(set, target, at, block);
}

const ownSum = (set: FileSet, words: Uint32Array, at: number, block: number): number =>
  crc32(new Uint8Array(words.buffer, words.byteOffset + at * 4, 12), seedOf(set, block));

/** Slot number `at` of `words`; null when it was never written, or changed. */
export function readSlot(set: FileSet, words: Uint32Array, at: number, block: number): Slot | null {
  const i = at * slotWords;
  if (i + slotWords > words.length || words[i + 3] !== ownSum(set, words, i, block)) return null;
  return { block, from: words[i]!, end: words[i + 1]!, crc: words[i + 2]! };
}

export type Sums = { file: number; position: number; bytes: Uint8Array; newest: Slot };

/**
 * Slots of the blocks that `bytes` at `place` touch, which lie in one file: one piece to write, and the newest slot, from
 * which the next call goes on. `newest` is null, or not of the byte before, where what is there already cannot be vouched for.
 */
export function slotsFor(set: FileSet, newest: Slot | null, place: number, bytes: Uint8Array): Sums {
  const first = Math.floor(place / set.checkBytes);
  const last = Math.floor((place + bytes.length - 1) / set.checkBytes);
  const words = new Uint32Array((last - first + 1) * slotWords);
  let slot = newest;
  for (let block = first, done = 0; block <= last; block++) {
    const start = place + done - block * set.checkBytes;
    const part = bytes.subarray(done, done + set.checkBytes - start);
    const before = slot !== null && slot.block === block && slot.end === start ? slot : null;
    const crc = crc32(part, before?.crc ?? seedOf(set, block));
    slot = { block, from: before?.from ?? start, end: start + part.length, crc };
    putSlot(set, words, (block - first) * slotWords, slot);
    done += part.length;
  }
  return { ...slotPlace(set, first), bytes: new Uint8Array(words.buffer), newest: slot! };
}

/** A block as it was read. Its bytes `from` to `bytes.length - 1` are good; `damage` says what the others are. */
export type Page = { from: number; bytes: Uint8Array; damage: Damage | null };

/** `bytes`: what lies in the file in the block's place, maybe more than was written when its slot was. */
export function checkedPage(set: FileSet, block: number, slot: Slot | null, bytes: Uint8Array): Page {
  const bad = (code: Damage['code']): Page => ({
    from: 0,
    bytes: bytes.subarray(0, 0),
    damage: damageOf(set, block, code),
  });
  if (bytes.length === 0) return bad('BYTES_MISSING');
  if (slot === null) return bad('CHECKSUM_DAMAGED');
  if (slot.end > bytes.length) return bad('BYTES_MISSING');
  if (crc32(bytes.subarray(slot.from, slot.end), seedOf(set, block)) !== slot.crc)
    return bad('BYTES_DAMAGED');
  const damage = slot.from === 0 ? null : damageOf(set, block, 'BYTES_DAMAGED');
  return { from: slot.from, bytes: bytes.subarray(0, slot.end), damage };
}

/** Bytes `start` to `end - 1` of the page's block, or what keeps them from being good. */
export function partOf(
  set: FileSet,
  block: number,
  page: Page,
  start: number,
  end: number,
): Uint8Array | Damage {
  if (start >= page.from && end <= page.bytes.length) return page.bytes.subarray(start, end);
  return page.damage ?? damageOf(set, block, 'BYTES_MISSING');
}

export const isDamage = (part: Uint8Array | Damage): part is Damage => 'code' in part;

export function damageOf(set: FileSet, block: number, code: Damage['code']): Damage {
  const file = Math.floor((block * set.checkBytes) / set.fileBytes);
  const from = block * set.checkBytes - file * set.fileBytes;
  return { code, file: set.name(file), from, end: from + set.checkBytes };
}
