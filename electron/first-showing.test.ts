import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { whenThereIsSomethingToSee } from './first-showing.ts';

describe('a hidden window', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function hidden(platform: NodeJS.Platform) {
    const window = Object.assign(new EventEmitter(), { webContents: new EventEmitter() });
    const show = vi.fn();
    whenThereIsSomethingToSee(window, show, platform);
    return { window, contents: window.webContents, show };
  }

  it('is shown at its first frame, once', () => {
    const { window, contents, show } = hidden('darwin');
    window.emit('ready-to-show');
    expect(show).toHaveBeenCalledTimes(1);
    contents.emit('did-finish-load');
    vi.advanceTimersByTime(60_000);
    expect(show).toHaveBeenCalledTimes(1);
  });

  it('is shown when the page has loaded on Linux, where the frame may never come', () => {
    const { contents, show } = hidden('linux');
    contents.emit('did-finish-load');
    expect(show).toHaveBeenCalledTimes(1);
  });

  it('waits a second for its frame elsewhere, and no longer', () => {
    const { contents, show } = hidden('win32');
    contents.emit('did-finish-load');
    expect(show).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(show).toHaveBeenCalledTimes(1);
  });

  it('is shown when its page failed, or after four seconds without any sign', () => {
    const failed = hidden('win32');
    failed.contents.emit('did-fail-load');
    expect(failed.show).toHaveBeenCalledTimes(1);
    const silent = hidden('win32');
    vi.advanceTimersByTime(4_000);
    expect(silent.show).toHaveBeenCalledTimes(1);
  });

  it('is left alone once it was closed', () => {
    const { window, contents, show } = hidden('win32');
    contents.emit('did-finish-load');
    window.emit('closed');
    vi.advanceTimersByTime(60_000);
    expect(show).not.toHaveBeenCalled();
  });
});
