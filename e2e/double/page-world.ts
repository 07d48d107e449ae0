/** Runs at the start of each document in the page's own world: the page's half of contextBridge, for plain data. */
import { decode } from './codec.ts';
import { exposeEvent } from './wire.ts';

window.addEventListener(exposeEvent, (event) => {
  const { key, value } = (event as CustomEvent<{ key: string; value: string }>).detail;
  Object.defineProperty(window, key, { value: decode(value), writable: false, configurable: false });
});
