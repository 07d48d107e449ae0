/** When a new window, which is made hidden, has something to show. */

/** Of a BrowserWindow. */
type Hidden = {
  once(event: 'ready-to-show' | 'closed', listener: () => void): unknown;
  webContents: { once(event: 'did-finish-load' | 'did-fail-load', listener: () => void): unknown };
};

/** How long the first frame may come after the load where a hidden window is drawn: it would show an empty ground. */
const frameMs = 1_000;
/** Nobody waits longer for a sign that the app has started, whatever holds the page up. */
const patienceMs = 4_000;

/**
 * Calls `show` once, and never after the window was closed. The first frame is the best moment, but on Wayland no frame
 * is drawn for a hidden window, so there the load decides.
 */
export function whenThereIsSomethingToSee(
  window: Hidden,
  show: () => void,
  platform: NodeJS.Platform = process.platform,
): void {
  const timers = [setTimeout(end, patienceMs, show)];
  let isOver = false;
  function end(last: () => void): void {
    if (isOver) return;
    isOver = true;
    timers.forEach(clearTimeout);
    last();
  }
  window.once('ready-to-show', () => end(show));
  window.webContents.once('did-fail-load', () => end(show));
  window.webContents.once('did-finish-load', () => {
    if (platform === 'linux') end(show);
    else timers.push(setTimeout(end, frameMs, show));
  });
  window.once('closed', () => end(() => undefined));
}
