import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteSearch } from './byte-search.ts';
import type { Needle } from './needed-bytes.ts';

const roomBytes = 300;
const search = byteSearch(roomBytes)!;
/** Few of them, so that much is nearly found: two cases, what differs from a letter by their bit alone, and no text. */
const bytes = (size: { minLength: number; maxLength: number }): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.constantFrom(0x41, 0x61, 0x42, 0x62, 0x00, 0x20, 0x40, 0x60, 0xe1), size)
    .map((all) => Uint8Array.from(all));

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

function plainly({ bytes: wanted, anyCase }: Needle, room: Uint8Array, from: number, to: number): number {
  const same = (one: number, other: number): boolean =>
    one === other || (anyCase && lower(one) === lower(other));
  for (let at = from; at < to; at++) if (wanted.every((byte, i) => same(byte, room[at + i]!))) return at;
  return to;
}

it('finds the first place of what is looked for, as a plain loop does, from and to any place', () => {
  fc.assert(
    fc.property(
      bytes({ minLength: 60, maxLength: roomBytes }),
      bytes({ minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.tuple(fc.nat(1000), fc.nat(1000)),
      (all, wanted, anyCase, [one, other]) => {
        search.room.set(all);
        const last = all.length - wanted.length + 1;
        const [from, to] = [
          Math.min(one % last, other % (last + 1)),
          Math.max(one % last, other % (last + 1)),
        ];
        const needle = { bytes: wanted, anyCase };
        expect(search.finder(needle)(from, to)).toBe(plainly(needle, search.room, from, to));
      },
    ),
    { numRuns: 2000 },
  );
});

it('finds what ends with the room', () => {
  search.room.fill(0);
  search.room.set([1, 2, 3], roomBytes - 3);
  expect(search.finder({ bytes: Uint8Array.of(1, 2, 3), anyCase: false })(0, roomBytes - 2)).toBe(
    roomBytes - 3,
  );
});
