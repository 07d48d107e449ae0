/**
 * Hands one MessagePort to the page, and never needs to change: what travels through the port is the contract's.
 *
 * - `window.socketscopeDesktop` is true here and missing in a browser.
 * - The page posts `{ type: 'socketscope:ask' }` to its own window; it may ask again (a reload does) and the port it
 *   had before is closed.
 * - It gets a message `{ type: 'socketscope:port' }` whose `ports[0]` is its end of a new channel to the engine.
 */
import { contextBridge, ipcRenderer } from 'electron';

/** The two names of the browser used here; the shell's compiler project knows no DOM. */
declare const window: {
  addEventListener(type: 'message', listener: (event: { source: unknown; data: unknown }) => void): void;
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void;
};

contextBridge.exposeInMainWorld('socketscopeDesktop', true);

window.addEventListener('message', ({ source, data }) => {
  if (source === window && isAsk(data)) ipcRenderer.send('port');
});

ipcRenderer.on('port', ({ ports }) => {
  // '*' gives nothing away: it goes to this window, which shows the app's own page and nothing else.
  window.postMessage({ type: 'socketscope:port' }, '*', ports);
});

function isAsk(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'socketscope:ask';
}
