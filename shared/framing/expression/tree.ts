/** What an expression on bytes is made of. */

/** Which bytes may stand at one place: 256 flags. */
export type ByteSet = Uint8Array;
export type Expression =
  | { readonly type: 'set'; readonly set: ByteSet }
  | { readonly type: 'sequence' | 'either'; readonly parts: readonly Expression[] }
  | { readonly type: 'repeat'; readonly part: Expression; readonly least: number; readonly most: number };

export const setOf = (...bytes: readonly number[]): ByteSet => {
  const set = new Uint8Array(256);
  for (const byte of bytes) set[byte] = 1;
  return set;
};

export const literal = (bytes: Iterable<number>): Expression => ({
  type: 'sequence',
  parts: Array.from(bytes, (byte) => ({ type: 'set', set: setOf(byte) })),
});

export const mayBeEmpty = (expression: Expression): boolean => {
  switch (expression.type) {
    case 'set':
      return false;
    case 'sequence':
      return expression.parts.every(mayBeEmpty);
    case 'either':
      return expression.parts.some(mayBeEmpty);
    case 'repeat':
      return expression.least === 0 || mayBeEmpty(expression.part);
  }
};
