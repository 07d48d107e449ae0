/** Our own receiver of TLS: a listener of the engine whose connections are captured on disk. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Capture } from '../../electron/engine/capture/capture.ts';
import { Listener } from '../../electron/engine/stream/listener.ts';
import { listenerLayers } from '../../electron/engine/layers/stream-layers.ts';
import { CertificateStore } from '../../electron/engine/layers/tls/certificate-store.ts';
import { serverSettings } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';
import { type Receiver, startMeter } from './meter.ts';

const workers = new URL('../workers/', import.meta.url);

let capture: Capture;
let listener: Listener;
const mark = startMeter(
  () => listener.connections.receivedBytes,
  () => capture.length,
);

async function importIdentity(store: CertificateStore, folder: string): Promise<string> {
  const { cert, key } = JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8')) as Record<
    'cert' | 'key',
    string
  >;
  const files = { name: 'benchmark', kind: 'identity', key: null, passphrase: '' } as const;
  return (await store.importFiles({ ...files, certificate: Buffer.from(cert + key) })).id;
}

serveHelper<Receiver>({
  async listen(folder) {
    const certificates = new CertificateStore(join(folder, 'certificates'), workers);
    const tls = { ...serverSettings.tls, identities: [await importIdentity(certificates, folder)] };
    capture = await Capture.open(join(folder, 'capture'));
    listener = new Listener(capture, { layersOf: listenerLayers({ certificates, keyLog: null }) });
    return (await listener.start({ ...serverSettings, transport: 'tls', tls })).port;
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
