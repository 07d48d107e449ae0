import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Health } from '../engine/engine.ts';
import { attachment, exportsPath, type Exports } from './exports.ts';
import type { Access, Guard, Refusal } from './guard.ts';
import { commonHeaders, neverStored } from './headers.ts';
import { helpPage, onwardPage, type HelpReason } from './help-page.ts';
import type { StaticFile } from './static-files.ts';
import type { Secrets } from './token.ts';

export type Site = {
  guard: Guard;
  secrets: Secrets;
  files: ReadonlyMap<string, StaticFile>;
  exports: Exports;
  health: () => Health;
};

/** `path` ends in a slash where it stands for all paths below it. No handler runs before its `access` is granted. */
export type Route = {
  path: string;
  access: Access;
  /** What a request may do without the cookie: only the page's own door exchanges a token. */
  takesToken: boolean;
  handle: (site: Site, request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
};

/** All that plain HTTP can ask, each read-only; every change goes over the channel (`channelPath`). */
export const routes = (files: ReadonlyMap<string, StaticFile>): Route[] => [
  { path: '/api/health', access: 'api', takesToken: false, handle: sendHealth },
  { path: exportsPath, access: 'api', takesToken: false, handle: sendExport },
  ...[...files.keys()].map((path): Route => ({
    path,
    access: 'page',
    takesToken: path === '/',
    handle: sendFile,
  })),
];
export const channelPath = '/channel';

/** Answers one request: method, source, token, access, handler, in this order. */
export async function answer(
  site: Site,
  table: Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const route = table.find((one) =>
    one.path.endsWith('/') && one.path !== '/' ? path.startsWith(one.path) : path === one.path,
  );
  const refusal = site.guard.checkSource(request, route?.access ?? 'page') ?? checkRequest(request);
  if (refusal) return refuse(response, refusal, route?.access);
  if (query !== undefined) {
    if (route?.takesToken) return exchangeToken(site, query.slice('token='.length), request, response);
    return refuse(response, { status: 400, reason: 'request' }, route?.access);
  }
  const unauthorized = site.guard.check(request, route?.access ?? 'page');
  if (unauthorized) return refuse(response, unauthorized, route?.access);
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

/** The URL's token for the cookie, once, and away from the URL. */
function exchangeToken(
  { secrets }: Site,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const {
    cookie,
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
    purpose,
    'sec-purpose': secPurpose,
  } = request.headers;
  if (secrets.hasCookie(cookie)) return redirectHome(response);
  const isForeign = site !== undefined && site !== 'none' && site !== 'same-origin';
  const isLookAhead = request.method !== 'GET' || purpose !== undefined || secPurpose !== undefined;
  // A link preview or a browser that loads ahead must not use the token up, nor may another page's script.
  if (isLookAhead || (isForeign && mode !== 'navigate'))
    return refuse(response, { status: 403, reason: 'site' });
  if (!secrets.exchange(token))
    return sendHelp(response, 403, secrets.urlUsed && secrets.isToken(token) ? 'token-used' : 'token-wrong');
  response.setHeader('Set-Cookie', secrets.setCookie);
  if (!isForeign) return redirectHome(response);
  // Come from a link elsewhere (a terminal in a browser, our launcher file), a redirect would not carry the cookie.
  send(response, 200, 'text/html; charset=utf-8', onwardPage());
}

function redirectHome(response: ServerResponse): void {
  response.writeHead(303, { ...commonHeaders, ...neverStored, Location: '/', 'Content-Length': 0 }).end();
}

function sendHealth({ health }: Site, _request: IncomingMessage, response: ServerResponse): void {
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

async function sendExport(
  { exports }: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await exports.read((request.url ?? '').slice(exportsPath.length));
  if (!found) return sendHelp(response, 404, 'not-found');
  const { stream, bytes, name } = found;
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': bytes,
    'Content-Disposition': attachment(name),
  };
  response.writeHead(200, { ...commonHeaders, ...neverStored, ...headers });
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
