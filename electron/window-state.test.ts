import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitBounds, readWindowState, writeWindowState } from './window-state.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 870 };
const monitor = { x: 1440, y: -200, width: 2560, height: 1400 };

describe('the place of the window', () => {
  it('is the saved one on whichever display it stood', () => {
    const onLaptop = { x: 40, y: 30, width: 1000, height: 700 };
    const onMonitor = { x: 2000, y: -100, width: 1600, height: 1000 };
    expect(fitBounds(onLaptop, [laptop, monitor])).toEqual(onLaptop);
    expect(fitBounds(onMonitor, [laptop, monitor])).toEqual(onMonitor);
  });

  it('moves to the middle of the first display, keeping its size, when its own display is gone', () => {
    const saved = { x: 2000, y: -100, width: 1000, height: 700 };
    expect(fitBounds(saved, [laptop])).toEqual({ x: 220, y: 85, width: 1000, height: 700 });
  });

  it('moves when only a corner would show, or its title bar would lie above the screen', () => {
    expect(fitBounds({ x: 1400, y: 30, width: 1000, height: 700 }, [laptop]).x).toBe(220);
    expect(fitBounds({ x: 40, y: -10, width: 1000, height: 700 }, [laptop]).y).toBe(85);
  });

  it('shrinks to a smaller display and grows to the least usable size', () => {
    expect(fitBounds({ x: 0, y: 0, width: 3000, height: 2000 }, [laptop])).toEqual(laptop);
    expect(fitBounds({ x: 0, y: 0, width: 200, height: 100 }, [laptop])).toMatchObject({
      width: 720,
      height: 480,
    });
  });

  it('has a usual size at the first start', () => {
    expect(fitBounds(null, [laptop])).toEqual({ x: 80, y: 25, width: 1280, height: 820 });
    expect(fitBounds(null, [])).toMatchObject({ width: 1280, height: 820 });
  });
});

describe('the file of the window state', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'window-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was written', async () => {
    const state = { bounds: laptop, maximized: true };
    await writeWindowState(join(folder, 'window.json'), state);
    expect(readWindowState(join(folder, 'window.json'))).toEqual(state);
  });

  it.each(['', '{"bounds":', 'null', '{"maximized":true}', '{"bounds":{"x":"1"},"maximized":false}'])(
    'is as good as missing when it holds %j',
    (text) => {
      writeFileSync(join(folder, 'window.json'), text);
      expect(readWindowState(join(folder, 'window.json'))).toBeNull();
    },
  );

  it('may be missing', () => {
    expect(readWindowState(join(folder, 'window.json'))).toBeNull();
  });
});
