import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, hasEnded, layingLife, openLife, type Life, type LifeEvent } from './connection-state.ts';

const event: fc.Arbitrary<LifeEvent> = fc.oneof(
  fc.constantFrom<LifeEvent>({ type: 'opened' }, { type: 'finished-by-us' }, { type: 'finished-by-peer' }),
  fc.record({
    type: fc.constant('closed' as const),
    by: fc.constantFrom('us' as const, 'peer' as const),
    how: fc.constantFrom('finish' as const, 'close' as const, 'reset' as const),
  }),
  fc.record({ type: fc.constant('failed' as const), code: fc.constantFrom('ECONNRESET', 'EPIPE') }),
);
const begin = fc.constantFrom(layingLife, openLife);
const live = (from: Life, events: LifeEvent[]): Life[] =>
  events.reduce<Life[]>((lives, next) => [...lives, after(lives.at(-1)!, next)], [from]);

describe('the life of a connection', () => {
  test('has a cause exactly when it has ended, whatever happens', () => {
    fc.assert(
      fc.property(begin, fc.array(event), (from, events) => {
        for (const life of live(from, events)) expect(life.cause !== null).toBe(hasEnded(life));
      }),
    );
  });

  test('ends at most once, and its cause never changes afterwards', () => {
    fc.assert(
      fc.property(begin, fc.array(event), (from, events) => {
        const lives = live(from, events);
        const end = lives.find(hasEnded);
        if (end !== undefined)
          expect(lives.slice(lives.indexOf(end)).every((life) => life === end)).toBe(true);
      }),
    );
  });

  test('is closed or failed as its cause says, never both', () => {
    fc.assert(
      fc.property(begin, fc.array(event), (from, events) => {
        const { state, cause } = live(from, events).at(-1)!;
        if (cause !== null) expect(cause.kind).toBe(state);
      }),
    );
  });

  test('never goes back to a state it has left', () => {
    fc.assert(
      fc.property(begin, fc.array(event), (from, events) => {
        const states = live(from, events).map(({ state }) => state);
        const changes = states.filter((state, index) => state !== states[index - 1]);
        expect(new Set(changes).size).toBe(changes.length);
      }),
    );
  });

  test.each([
    ['us', 'finished-by-us', 'finished-by-peer', 'half-closed-by-us'],
    ['peer', 'finished-by-peer', 'finished-by-us', 'half-closed-by-peer'],
  ] as const)(
    'is closed by %s, who finished first, when both have finished',
    (by, first, second, between) => {
      const [, half, end] = live(openLife, [{ type: first }, { type: second }]);
      expect(half!.state).toBe(between);
      expect(end).toEqual({ state: 'closed', cause: { kind: 'closed', by, how: 'finish' } });
    },
  );

  test('goes from its layers to an open connection', () => {
    const lives = live(layingLife, [{ type: 'opened' }]);
    expect(lives.map(({ state }) => state)).toEqual(['laying', 'open']);
  });

  test('fails with the code of its cause at any time before its end', () => {
    for (const events of [[], [{ type: 'opened' }]] as LifeEvent[][]) {
      const end = live(layingLife, [...events, { type: 'failed', code: 'ETIMEDOUT' }]).at(-1)!;
      expect(end).toEqual({ state: 'failed', cause: { kind: 'failed', code: 'ETIMEDOUT' } });
    }
  });
});
