/** Our own receiver: a listener of the engine whose connections are captured on disk. */
import { Capture } from '../../electron/engine/capture/capture.ts';
import { Listener } from '../../electron/engine/stream/listener.ts';
import { serverSettings } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';
import { type Receiver, startMeter } from './meter.ts';

let capture: Capture;
let listener: Listener;
const mark = startMeter(
  () => listener.connections.receivedBytes,
  () => capture.length,
);

serveHelper<Receiver>({
  async listen(folder, kind) {
    capture = await Capture.open(folder);
    listener = new Listener(capture, kind === 'data' ? { readMode: 'data' } : {});
    return (await listener.start(serverSettings)).port;
  },
  mark,
  async settle() {
    // The sender may still be connecting.
    while (listener.connections.listedCount === 0) await new Promise((done) => setTimeout(done, 1));
    await listener.connections.ended();
    await capture.close();
    return mark();
  },
});
