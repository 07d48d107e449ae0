import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../shared/wire/channel.ts';
import { portChannel } from './message-port.ts';

/** Node's own port, with its messages as Electron's events. */
function asElectronPort(port: MessagePort): Parameters<typeof portChannel>[0] {
  return {
    close: () => port.close(),
    postMessage: (message: unknown) => port.postMessage(message),
    start: () => port.start(),
    on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) =>
      port.on(event, (data: unknown) => listener({ data })),
  };
}

describe('a channel over a port', () => {
  let page: MessagePort;
  let channel: Channel;
  beforeEach(() => {
    const { port1, port2 } = new MessageChannel();
    page = port2;
    channel = portChannel(asElectronPort(port1));
  });
  afterEach(() => {
    channel.close();
    page.close();
  });
  const nextAtPage = () => new Promise<unknown>((resolve) => page.once('message', resolve));

  it('delivers what the page sent before anyone listened', async () => {
    page.postMessage('early');
    expect(await new Promise((resolve) => channel.onMessage(resolve))).toBe('early');
  });

  it('sends a view without the memory behind it', async () => {
    const segment = Buffer.alloc(1 << 20, 7);
    const arrived = nextAtPage();
    channel.send({ t: 's', i: '1', r: segment.subarray(10, 14) });
    const { r } = (await arrived) as { r: Uint8Array };
    expect([...r]).toEqual([7, 7, 7, 7]);
    expect(r.buffer.byteLength).toBe(4);
  });

  it('says once that it closed, whoever closed it', async () => {
    let closes = 0;
    const closed = new Promise<void>((resolve) =>
      channel.onClose(() => {
        closes++;
        resolve();
      }),
    );
    page.close();
    await closed;
    channel.close();
    expect(closes).toBe(1);
  });

  it('says once that it closed where the port says so before its own close() returns, as Electron’s does', () => {
    const port = new EventEmitter();
    const close = () => void port.emit('close');
    const electronPort = Object.assign(port, { close, postMessage: () => undefined, start: () => undefined });
    const own = portChannel(electronPort);
    let closes = 0;
    own.onClose(() => {
      closes++;
      own.close();
    });
    own.close();
    expect(closes).toBe(1);
  });

  it('drops what is sent to a page that has gone', () => {
    channel.close();
    expect(() => channel.send('late')).not.toThrow();
  });
});
