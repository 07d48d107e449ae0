import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { texts } from '../../shared/texts/index.ts';

export type StaticFile = { body: Buffer; type: string; cacheControl: string };

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Reads the built page into a map from request path to file, once: no request ever becomes a path of the file system.
 * `/` is index.html. Files of other types (source maps) are left out. Rejects when the page has not been built.
 */
export async function readPage(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(folder.length).replaceAll('\\', '/').replace(/^\/*/, '/');
    // The bundler puts a hash of the content into the names of assets: they never change.
    const cacheControl = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store';
    files.set(path === '/index.html' ? '/' : path, { body: await readFile(file), type, cacheControl });
  }
  if (!files.has('/')) throw new Error(texts.headless.notBuilt(folder));
  return files;
}
