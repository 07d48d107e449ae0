/** Places of a message as numbers: ten thousand of them cross to the page at once, where as many objects take long. */
import type { Token } from '../../shared/payload/parts.ts';

const each = 3;

export type PackedTokens = Uint32Array<ArrayBuffer>;

export function packTokens(tokens: readonly Token[]): PackedTokens {
  const packed = new Uint32Array(tokens.length * each);
  tokens.forEach(({ start, end, kind }, at) =>
    packed.set([start, end, Number(kind === 'insert')], at * each),
  );
  return packed;
}

export const unpackTokens = (packed: PackedTokens): Token[] =>
  Array.from({ length: packed.length / each }, (_, at) => ({
    start: packed[at * each]!,
    end: packed[at * each + 1]!,
    kind: packed[at * each + 2] === 1 ? 'insert' : 'escape',
  }));
