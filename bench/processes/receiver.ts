/** Our own receiver: a listener of the engine whose connections are captured on disk. */
import { Capture } from '../../electron/engine/capture/capture.ts';
import { SearchPool } from '../../electron/engine/reading/search-pool.ts';
import type { View } from '../../electron/engine/reading/view.ts';
import { Views } from '../../electron/engine/reading/views.ts';
import { Listener } from '../../electron/engine/stream/listener.ts';
import { anyFilter, serverSettings } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';
import { type Receiver, startMeter } from './meter.ts';

export type FilteredReceiver = Receiver & {
  /** Writes a filter over the log, a letter each 100 ms, again and again, until `mark`; the one before is closed then. */
  write(text: string): void;
};

const letterMs = 100;
let capture: Capture;
let stopWriting = (): void => undefined;
let listener: Listener;
const measure = startMeter(
  () => listener.connections.receivedBytes,
  () => capture.length,
);

function write(text: string): void {
  const searches = new SearchPool(new URL('../workers/', import.meta.url));
  const views = new Views(capture, searches);
  const open = (letters: number): View => views.open({ ...anyFilter, text: text.slice(0, letters) });
  let letters = 1;
  let view = open(letters);
  const timer = setInterval(() => {
    view.close();
    letters = (letters % text.length) + 1;
    view = open(letters);
  }, letterMs);
  stopWriting = () => {
    clearInterval(timer);
    view.close();
    void searches.close();
  };
}

serveHelper<FilteredReceiver>({
  async listen(folder, kind) {
    capture = await Capture.open(folder);
    listener = new Listener(capture, kind === 'data' ? { readMode: 'data' } : {});
    return (await listener.start(serverSettings)).port;
  },
  write,
  mark() {
    const measured = measure();
    stopWriting();
    return measured;
  },
  async settle() {
    // The sender may still be connecting.
    while (listener.connections.listedCount === 0) await new Promise((done) => setTimeout(done, 1));
    await listener.connections.ended();
    await capture.close();
    return measure();
  },
});
