import { describe, expect, test } from 'vitest';
import { boundedWidth, columnTemplate, isNamed, shownColumns } from './log-columns.ts';

const undecoded = (id: string): boolean => id !== 'decoded';
const names = (width: number, choices = {}): string[] =>
  shownColumns(width, choices, undecoded).map(({ id }) => id);

describe('the columns of the log', () => {
  test('are all there where the window is wide', () => {
    expect(names(1000)).toEqual(['time', 'after', 'peer', 'direction', 'size', 'data']);
  });

  test('go in this order where it is narrow: size, the name of the peer, the time since the row above', () => {
    // What a window of 1440 pixels leaves beside peers and pane.
    expect(names(588)).toEqual(['time', 'after', 'peer', 'direction', 'data']);
    expect(isNamed(shownColumns(588, {}, undecoded))).toBe(true);
    expect(names(500)).toContain('peer');
    expect(isNamed(shownColumns(500, {}, undecoded))).toBe(false);
    expect(names(500)).toContain('after');
    expect(names(380)).toEqual(['time', 'peer', 'direction', 'data']);
  });

  test('leave less to the data beside what they say, which goes last', () => {
    const withDecoded = (width: number) => shownColumns(width, {}).map(({ id }) => id);
    expect(withDecoded(1000).at(-1)).toBe('decoded');
    expect(withDecoded(588)).toEqual(['time', 'after', 'peer', 'direction', 'data', 'decoded']);
    expect(withDecoded(520)).toEqual(['time', 'peer', 'direction', 'data', 'decoded']);
    expect(withDecoded(400)).toEqual(['time', 'peer', 'direction', 'data']);
  });

  test('have the width that a person gave them, and are hidden as chosen, but for the data', () => {
    const choices = {
      time: { width: 120, isHidden: false },
      size: { width: null, isHidden: true },
      data: { width: null, isHidden: true },
      constructor: { width: 7, isHidden: false },
    };
    const shown = shownColumns(1000, choices, undecoded);
    expect(columnTemplate(shown)).toBe('120px 62px 132px 14px minmax(0, 1fr)');
    expect(names(1000, choices)).toEqual(['time', 'after', 'peer', 'direction', 'data']);
  });

  test('are never too narrow to be found again, nor wider than any window', () => {
    expect(boundedWidth('time', -5)).toBe(48);
    expect(boundedWidth('peer', 1e9)).toBe(800);
    expect(boundedWidth('size', 60.4)).toBe(60);
  });
});
