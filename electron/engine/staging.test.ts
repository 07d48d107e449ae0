import { describe, expect, it } from 'vitest';
import { Staging } from './staging.ts';

describe('staging', () => {
  it('puts the pieces of a message together, and copies them', () => {
    const staging = new Staging();
    const piece = Uint8Array.of(1, 2, 3);
    const stage = staging.add(null, piece);
    piece.fill(9);
    for (let i = 4; i <= 100; i++) staging.add(stage, Uint8Array.of(i));
    expect([...staging.bytes(stage)]).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('keeps messages apart and forgets a dropped one', () => {
    const staging = new Staging();
    const one = staging.add(null, Uint8Array.of(1));
    const two = staging.add(null, Uint8Array.of(2));
    staging.drop(one);
    expect([...staging.bytes(two)]).toEqual([2]);
    expect(() => staging.bytes(one)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', subject: 'stage' }),
    );
    expect(() => staging.add(one, Uint8Array.of(1))).toThrow(expect.objectContaining({ subject: 'stage' }));
  });

  it('holds a bounded number of messages', () => {
    const staging = new Staging();
    for (let i = 0; i < 64; i++) staging.add(null, Uint8Array.of(i));
    expect(() => staging.add(null, Uint8Array.of(0))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
