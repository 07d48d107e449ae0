// Makes the icons of the packages from build/icons/icon.svg: `node build/make-icons.mjs`. Its results are committed.
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { chromiumLaunch } from './chromium.mjs';

const folder = new URL('./icons/', import.meta.url);

const linuxSizes = [16, 32, 48, 64, 128, 256, 512];
const icoSizes = [16, 24, 32, 48, 64, 128, 256];
/** Types whose data is a PNG, with their size in pixels. ic11-ic14 are the doubled ("@2x") ones. */
const icnsTypes = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 };

/** @param {number[]} sizes @returns {Promise<Map<number, Buffer>>} */
async function render(sizes) {
  const svg = await readFile(new URL('icon.svg', folder), 'utf8');
  const browser = await chromium.launch(chromiumLaunch());
  try {
    const page = await browser.newPage();
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    const pictures = new Map();
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size });
      pictures.set(size, await page.screenshot({ omitBackground: true }));
    }
    return pictures;
  } finally {
    await browser.close();
  }
}

/** An ICO file of PNG pictures: a 6-byte header, 16 bytes per picture, the pictures. @param {Map<number, Buffer>} pictures */
function packIco(pictures) {
  const header = Buffer.alloc(6 + 16 * icoSizes.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(icoSizes.length, 4);
  let place = header.length;
  icoSizes.forEach((size, i) => {
    const png = pictures.get(size);
    const at = 6 + 16 * i;
    // 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(place, at + 12);
    place += png.length;
  });
  return Buffer.concat([header, ...icoSizes.map((size) => pictures.get(size))]);
}

/** An ICNS file: 'icns' and the whole length, then type, length and PNG of each picture. @param {Map<number, Buffer>} pictures */
function packIcns(pictures) {
  const chunk = (type, parts) => {
    const header = Buffer.alloc(8);
    header.write(type, 'latin1');
    header.writeUInt32BE(
      parts.reduce((sum, part) => sum + part.length, 8),
      4,
    );
    return Buffer.concat([header, ...parts]);
  };
  const entries = Object.entries(icnsTypes).map(([type, size]) => chunk(type, [pictures.get(size)]));
  return chunk('icns', entries);
}

const pictures = await render([...new Set([...linuxSizes, ...icoSizes, ...Object.values(icnsTypes)])]);
await Promise.all([
  ...linuxSizes.map((size) => writeFile(new URL(`${size}x${size}.png`, folder), pictures.get(size))),
  writeFile(new URL('icon.ico', folder), packIco(pictures)),
  writeFile(new URL('icon.icns', folder), packIcns(pictures)),
]);
