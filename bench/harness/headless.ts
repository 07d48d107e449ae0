/** The headless host as built, and programs that speak its contract. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { Channel } from '../../shared/wire/channel.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import type { Commands, Endpoint, Events, Summary } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { ListenerSettings } from '../../shared/settings/settings.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { emptyLayout, usualPreferences, type Layout } from '../../shared/layout.ts';
import { keyIn } from '../../shared/wire/page-key.ts';
import { type Remote, serveRpc } from '../../shared/wire/rpc.ts';
import { adopt, ended } from './scratch.ts';

const program = fileURLToPath(new URL('../headless/serve.js', import.meta.url));

/** Where the host answers, for a program and for a browser. */
export type Place = { origin: string; key: string };
export type Host = Place & { url: string; pid: number; stop(): Promise<void> };

export async function startHost(dataFolder: string): Promise<Host> {
  const profile = process.env.SOCKETSCOPE_BENCH_PROFILE;
  const options = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const args = [...options, program, '--no-open', '--port', '0', '--data', dataFolder];
  const child = adopt(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  const url = await new Promise<string>((found, failed) => {
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += String(text);
      const ready = /^Socketscope is ready at (\S+)$/m.exec(output);
      if (ready) found(ready[1]!);
    });
    child.once('exit', (code) => failed(new Error(`The host ended with ${code} before it was ready.`)));
  });
  const { origin, hash } = new URL(url);
  return {
    url,
    origin,
    key: keyIn(hash) ?? '',
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}

export type Contract = { engine: Remote<Commands>; latest(): Summary | null; close(): void };

/** A viewer without a page: answers summaries at once, as the page does. */
export async function openContract({ origin, key }: Place): Promise<Contract> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/channel`, {
    headers: { authorization: `Bearer ${key}` },
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  const channel: Channel = {
    send: (message) => socket.send(encodeMessage(message)),
    onMessage: (listener) => void socket.on('message', (data: Buffer) => listener(decodeMessage(data))),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  };
  let latest: Summary | null = null;
  const events: Events = {
    summary: (summary) => void (latest = summary),
    action: () => undefined,
    imported: () => undefined,
    anew: () => undefined,
  };
  return {
    engine: serveRpc<Events, Commands>(channel, events),
    latest: () => latest,
    close: () => socket.terminate(),
  };
}

export const anyFilter = { connection: null, text: '' };

export const serverSettings: ListenerSettings = { ...defaultListener(), name: 'benchmark', port: 0 };

/** Makes a data folder in which the endpoint's tab is open, with what `layout` says. Returns the folder of its capture. */
export function writeWorkspace(dataFolder: string, endpoint: Endpoint, layout: Partial<Layout> = {}): string {
  const files = {
    workspace: { endpoints: [endpoint] },
    preferences: { ...usualPreferences, theme: 'dark' },
    layout: { ...emptyLayout, openTabs: [endpoint.id], activeTab: endpoint.id, ...layout },
  };
  for (const [name, value] of Object.entries(files))
    writeFileSync(join(dataFolder, `${name}.json`), JSON.stringify({ format: 1, ...value }));
  return captureFolder(dataFolder, endpoint.id);
}

export const captureFolder = (dataFolder: string, id: EndpointId): string => join(dataFolder, 'captures', id);
