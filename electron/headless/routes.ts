import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Health } from '../engine/engine.ts';
import { attachment, exportsPath, type Exports } from './exports.ts';
import type { Access, Guard, Refusal } from './guard.ts';
import { commonHeaders, neverStored } from './headers.ts';
import { helpPage, type HelpReason } from './help-page.ts';
import type { StaticFile } from './static-files.ts';

export type Site = {
  guard: Guard;
  files: ReadonlyMap<string, StaticFile>;
  exports: Exports;
  health: () => Health;
  /** Whoever sent this request has shown that the key, or a path that only a page could tell it, is known to it. */
  trust: (request: IncomingMessage) => void;
};

/** `path` ends in a slash where it stands for all paths below it. No handler runs before its `access` is granted. */
export type Route = {
  path: string;
  access: Access;
  handle: (site: Site, request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
};

/** All that plain HTTP can ask, each read-only; every change goes over the channel (`channelPath`). */
export const routes = (files: ReadonlyMap<string, StaticFile>): Route[] => [
  { path: '/api/health', access: 'api', handle: sendHealth },
  { path: exportsPath, access: 'download', handle: sendExport },
  ...[...files.keys()].map((path): Route => ({ path, access: 'page', handle: sendFile })),
];
export const channelPath = '/channel';

/** Answers one request: guard, method, handler, in this order. */
export async function answer(
  site: Site,
  table: Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  const route = table.find((one) =>
    one.path.endsWith('/') && one.path !== '/' ? path.startsWith(one.path) : path === one.path,
  );
  const refusal = site.guard(request, route?.access ?? 'page') ?? checkRequest(request);
  if (refusal) return refuse(response, refusal, route?.access);
  if (!route) return sendHelp(response, 404, 'not-found');
  await route.handle(site, request, response);
}

function checkRequest({ method, headers }: IncomingMessage): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'method' };
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody ? { status: 413, reason: 'body' } : null;
}

function refuse(response: ServerResponse, { status, reason }: Refusal, access: Access = 'page'): void {
  // What else the connection carries is not read.
  response.setHeader('Connection', 'close');
  if (status === 405) response.setHeader('Allow', 'GET, HEAD');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (access === 'page') return sendHelp(response, status, reason);
  send(response, status, 'application/json', JSON.stringify({ error: reason }));
}

function sendHealth({ health, trust }: Site, request: IncomingMessage, response: ServerResponse): void {
  trust(request);
  send(response, 200, 'application/json', JSON.stringify(health()));
}

function sendFile({ files }: Site, request: IncomingMessage, response: ServerResponse): void {
  const { body, type, cacheControl } = files.get(request.url ?? '')!;
  response.writeHead(200, {
    ...commonHeaders,
    'Cache-Control': cacheControl,
    'Content-Type': type,
    'Content-Length': body.length,
  });
  response.end(body);
}

/** Once: whoever finds the path later, in a list of downloads say, gets nothing. */
async function sendExport(
  { exports, trust }: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET') return refuse(response, { status: 405, reason: 'method' });
  const found = await exports.take((request.url ?? '').slice(exportsPath.length));
  if (!found) return sendHelp(response, 404, 'not-found');
  trust(request);
  const { stream, bytes, name } = found;
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': bytes,
    'Content-Disposition': attachment(name),
  };
  response.writeHead(200, { ...commonHeaders, ...neverStored, ...headers });
  // A person may pause a download for as long as they like.
  request.socket.setTimeout(0);
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

const sendHelp = (response: ServerResponse, status: number, reason: HelpReason): void =>
  send(response, status, 'text/html; charset=utf-8', helpPage(reason));

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const headers = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(status, { ...commonHeaders, ...neverStored, ...headers }).end(text);
}
