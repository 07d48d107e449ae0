/** Files that went wrong, the same in each run. */
import { utf8 } from './bytes.ts';
import type { Chance } from './random.ts';

const pieces = [
  ...[
    '"',
    "'",
    '\\',
    '\n',
    '\r',
    '\0',
    '{{',
    '}}',
    '[',
    ']',
    '=',
    ',',
    ':',
    '%',
    '@Variant(',
    '\\x',
    '$',
    '`',
    '|',
  ],
  ...[
    '-',
    '--',
    ' ',
    '/',
    '@',
    '1e309',
    '-1',
    '65536',
    'null',
    '{"',
    '__proto__',
    'size=99999999',
    '\ud800',
    '日',
  ],
].map((text) => utf8(text));

/** Bytes put in, taken out, exchanged, doubled or moved, in a few places. */
export function mutated(chance: Chance, file: Uint8Array): Uint8Array {
  let bytes = file;
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const at = chance.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + chance.below(chance.below(4) === 0 ? 400 : 6));
    const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    const put = [
      () => [head, chance.of(pieces), tail],
      () => [head, chance.bytes(1 + chance.below(3)), tail],
      () => [head, tail],
      () => [head, middle, ...Array.from({ length: 1 + chance.below(20) }, () => middle), tail],
      () => [tail, middle, head],
      () => [head],
    ];
    bytes = Uint8Array.from(
      chance
        .of(put)()
        .flatMap((part) => [...part]),
    );
  }
  return bytes;
}
