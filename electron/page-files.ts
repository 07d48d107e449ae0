/** The built page as `app://bundle/…`, from a map fixed at start: no request is ever turned into a path. */
import { readdir, readFile } from 'node:fs/promises';

export const pageScheme = 'app';
const pageHost = 'bundle';
export const pageAddress = `${pageScheme}://${pageHost}/index.html`;

export type PageFile = { location: URL; type: string };
/** By the path of its address: `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** True for an address of the app's own page; false for anything else, unparsable text too. */
export function isPageAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return protocol === `${pageScheme}:` && host === pageHost;
}

/** Lists `folder` (its URL ends with a slash) and all below it; files of unknown type are left out. */
export async function listPageFiles(folder: URL, path = '/'): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = encodeURIComponent(entry.name);
    if (entry.isDirectory()) {
      const inner = await listPageFiles(new URL(`${name}/`, folder), `${path}${name}/`);
      for (const [innerPath, file] of inner) files.set(innerPath, file);
    } else {
      const type = types[entry.name.slice(entry.name.lastIndexOf('.') + 1)];
      if (type) files.set(path + name, { location: new URL(name, folder), type });
    }
  }
  return files;
}

/** Answers a request of the page: a file of the map, or 404. */
export async function answerPageRequest(
  files: PageFiles,
  request: { method: string; url: string },
): Promise<Response> {
  const file = isPageAddress(request.url) ? files.get(new URL(request.url).pathname) : undefined;
  if (request.method !== 'GET' || !file) return new Response(null, { status: 404 });
  return new Response(await readFile(file.location), {
    headers: {
      'content-type': file.type,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  });
}
