import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffBytes, type Diff } from './diff.ts';

/** The hunks lie side by side in both, equal ones are equal, and two of one kind are never neighbours. */
function check(a: Uint8Array, b: Uint8Array, { hunks }: Diff): number {
  let [atA, atB, equal] = [0, 0, 0];
  for (const [index, hunk] of hunks.entries()) {
    if (hunk.a !== atA || hunk.b !== atB) throw new Error(`a gap before hunk ${index}`);
    if (hunk.isEqual) {
      equal += hunk.aLength;
      if (hunk.aLength !== hunk.bLength) throw new Error(`hunk ${index} has two lengths`);
      for (let i = 0; i < hunk.aLength; i++)
        if (a[atA + i] !== b[atB + i]) throw new Error(`hunk ${index} differs`);
    } else if (hunk.aLength + hunk.bLength === 0) throw new Error(`hunk ${index} is empty`);
    if (hunks[index - 1]?.isEqual === hunk.isEqual) throw new Error(`hunk ${index} goes on`);
    [atA, atB] = [atA + hunk.aLength, atB + hunk.bLength];
  }
  expect([atA, atB]).toEqual([a.length, b.length]);
  return equal;
}

function longestCommon(a: Uint8Array, b: Uint8Array): number {
  let row = new Uint16Array(b.length + 1);
  for (const byte of a) {
    const next = new Uint16Array(b.length + 1);
    for (const [j, other] of b.entries())
      next[j + 1] = byte === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!);
    row = next;
  }
  return row[b.length]!;
}

/** The same for each run. */
function noise(length: number, seed: number, values = 256): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 16) % values;
  });
}

test('aligns as well as can be: as much is equal as a plain table finds', () => {
  for (const values of [2, 4, 256]) {
    const bytes = fc.uint8Array({ max: values - 1, maxLength: 80 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(check(a, b, diffBytes(a, b))).toBe(longestCommon(a, b));
      }),
      { numRuns: 400 },
    );
  }
});

test('the hunks of long ones give back both sides, however they were changed', () => {
  const edit = fc.record({
    at: fc.nat(20_000),
    removed: fc.nat(300),
    added: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(1, 4, 256), fc.array(edit, { maxLength: 12 }), (values, edits) => {
      const a = noise(20_000, 7, values);
      const changed = [...a];
      for (const { at, removed, added } of edits) changed.splice(at, removed, ...added);
      const b = Uint8Array.from(changed);
      const diff = diffBytes(a, b);
      const equal = check(a, b, diff);
      const touched = edits.reduce((sum, { removed, added }) => sum + removed + added.length, 0);
      // Of bytes that differ from each other an edit costs what it touches, and what a window loses beside it.
      if (values === 256) expect(equal).toBeGreaterThanOrEqual(a.length - touched - 64 * edits.length);
      expect(diff.isWhole).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('64 KiB of which a tenth is changed are aligned nearly everywhere', () => {
  const a = noise(65_536, 1);
  const changes = noise(65_536, 99, 10);
  const b = a.map((byte, at) => (changes[at] === 0 ? byte ^ 0x55 : byte));
  const diff = diffBytes(a, b);
  expect(check(a, b, diff)).toBeGreaterThan(0.89 * a.length);
  expect(diff.isWhole).toBe(true);
});

test('what moved by one byte is found, in a long message too', () => {
  const a = noise(1_000_000, 3);
  const b = Uint8Array.from([...a.subarray(0, 500_000), 1, 2, 3, ...a.subarray(500_000)]);
  const { hunks } = diffBytes(a, b);
  expect(hunks.filter(({ isEqual }) => !isEqual)).toEqual([
    expect.objectContaining({ aLength: 0, bLength: 3 }),
  ]);
});

test('two that have nothing to do with each other, and bytes of one kind, come to an end', () => {
  const unrelated = [noise(1_048_576, 5), noise(1_048_576, 6)] as const;
  check(...unrelated, diffBytes(...unrelated));
  const zeros = [new Uint8Array(300_000), new Uint8Array(400_001)] as const;
  expect(check(...zeros, diffBytes(...zeros))).toBe(300_000);
  const periods = [
    noise(200_000, 1).map((_, at) => at % 7),
    noise(200_000, 1).map((_, at) => at % 11),
  ] as const;
  check(...periods, diffBytes(...periods));
});

test('what is not aligned when the time is over is told as changed', () => {
  let looks = 0;
  const [a, b] = [noise(300_000, 5), noise(300_000, 6)];
  const diff = diffBytes(a, b, () => ++looks > 1);
  check(a, b, diff);
  expect(diff.isWhole).toBe(false);
  expect(diff.hunks.length).toBeLessThan(100);
});
