/** For tests: an electron package whose program comes from a mirror on this machine. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

const installed = fileURLToPath(new URL('../node_modules/electron/', import.meta.url));
export const electronVersion = (
  JSON.parse(readFileSync(`${installed}package.json`, 'utf8')) as { version: string }
).version;
const zipName = `electron-v${electronVersion}-${process.platform}-${process.arch}.zip`;

/** A zip archive of one uncompressed file each (APPNOTE 4.3). */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, body] = [Buffer.from(path), Buffer.from(text)];
    // Version 2.0, no flags, stored, no date.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), common, name, body);
    // Made on Unix, an ordinary file that may be run.
    const end = Buffer.alloc(14);
    end.writeUInt32LE(0o100755 * 0x10000, 6);
    end.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03'), common, end, name);
    offset += 30 + name.length + body.length;
  }
  const count = Object.keys(files).length;
  const last = Buffer.alloc(18);
  last.writeUInt16LE(count, 4);
  last.writeUInt16LE(count, 6);
  last.writeUInt32LE(Buffer.concat(directory).length, 8);
  last.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), last]);
}

export type Mirror = { url: string; asked: string[]; close(): Promise<void> };

/** Serves `zip` as the program of this electron for this machine, below the folder of its version. */
export async function startMirror(zip: Buffer): Promise<Mirror> {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url!);
    response.statusCode = url === `/v${electronVersion}/${zipName}` ? 200 : 404;
    response.end(response.statusCode === 200 ? zip : undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A package as npm installs it, which vouches for `zip`; its modules are found above `folder`. */
export function writeElectronPackage(folder: string, zip: Buffer): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ['install.js', 'package.json']) copyFileSync(installed + file, join(folder, file));
  const checksum = createHash('sha256').update(zip).digest('hex');
  writeFileSync(join(folder, 'checksums.json'), JSON.stringify({ [zipName]: checksum }));
}
