import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';
import type { Channel } from '../../shared/wire/channel.ts';
import { encodeMessage } from '../../shared/wire/codec.ts';
import { keyIn } from '../../shared/wire/page-key.ts';
import { testFolder } from '../engine/testing/folder.ts';
import { Exports } from './exports.ts';
import { HttpServer } from './http-server.ts';
import type { StaticFile } from './static-files.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
const file = (text: string, type: string): StaticFile => ({
  body: Buffer.from(text),
  type,
  cacheControl: 'no-store',
});
export const testFiles = new Map([
  ['/', file('<title>the page</title>', 'text/html; charset=utf-8')],
  ['/assets/index-a1.js', file('1', 'text/javascript; charset=utf-8')],
]);

/** A host on a free port whose engine keeps its channels, with what a test needs to ask it. */
export class TestHost {
  readonly channels: Channel[] = [];
  readonly server: HttpServer;
  readonly exports: Exports;
  readonly port: number;
  readonly key: string;
  readonly origin: string;
  readonly #remove: () => Promise<void>;

  private constructor(
    server: HttpServer,
    exports: Exports,
    channels: Channel[],
    remove: () => Promise<void>,
  ) {
    const url = new URL(server.address);
    this.server = server;
    this.exports = exports;
    this.channels = channels;
    this.port = Number(url.port);
    this.key = keyIn(url.hash)!;
    this.origin = url.origin;
    this.#remove = remove;
  }

  static async open(): Promise<TestHost> {
    const folder = await testFolder();
    const exports = await Exports.open(folder.path);
    const channels: Channel[] = [];
    const engine = {
      attach: (channel: Channel) => channels.push(channel),
      health: () => ({ version: '1.2.3', uptimeSeconds: 1, openSockets: 2, capturedBytes: 3 }),
    };
    const server = await HttpServer.open({ engine, exports, files: testFiles, host: '127.0.0.1', port: 0 });
    return new TestHost(server, exports, channels, folder.remove);
  }

  /** One request exactly as given: `path` is not normalised. */
  async get(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
    const asked = request({ host: '127.0.0.1', port: this.port, path, method, headers, agent: false }).end(
      body,
    );
    const [response] = await once(asked, 'response');
    response.setEncoding('utf8');
    let text = '';
    for await (const part of response) text += part;
    return { status: response.statusCode, headers: response.headers, body: text };
  }

  get bearer(): { authorization: string } {
    return { authorization: `Bearer ${this.key}` };
  }

  /** An open socket, or the status that refused it. */
  async channel(headers: Record<string, string>, path = '/channel'): Promise<WebSocket | number> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, { headers, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (asked, { statusCode }) => {
        asked.destroy();
        resolve(statusCode!);
      });
      socket.on('error', reject);
    });
  }

  /** A socket as a page opens it, before it has said anything. */
  async unproved(): Promise<WebSocket> {
    const socket = await this.channel({ origin: this.origin });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    return socket;
  }

  /** A page's socket that has proved `key`; the code with which it was closed instead. */
  async page(key: unknown = this.key): Promise<WebSocket | number> {
    const socket = await this.unproved();
    const refused = once(socket, 'close').then(([code]) => code as number);
    socket.send(encodeMessage({ key }));
    const first = await Promise.race([once(socket, 'message'), refused]);
    return typeof first === 'number' ? first : socket;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.#remove();
  }
}
