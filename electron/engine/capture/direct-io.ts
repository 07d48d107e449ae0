/**
 * Writing past the page cache (open(2), O_DIRECT), which Linux has for whole pages of page-aligned memory. Large writes
 * cost a fraction of the CPU time then, and do not push other files out of memory.
 */
import { constants } from 'node:fs';

const pageBytes = 4096;
/** Smaller writes are cheap through the cache, and gather there. */
const leastBytes = 64 * 1024;
const wasmPageBytes = 65_536;

export const directFlag: number | undefined = process.platform === 'linux' ? constants.O_DIRECT : undefined;

/** Node has it; its type declarations name the types alone. */
type Wasm = { Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer } };
const wasm = globalThis as unknown as { WebAssembly: Wasm };

const alignedMemories = new WeakSet<ArrayBufferLike>();

/**
 * Zeroed memory that starts on a page border, where that is of use and to be had; `length` is a multiple of 64 KiB. All
 * such memories of a process share an address space, which in Electron has room for about a hundred: beyond that any
 * other memory does, whose writes go through the cache.
 */
export function alignedMemory(length: number): Uint8Array<ArrayBuffer> {
  if (directFlag === undefined) return new Uint8Array(length);
  // The one kind of memory whose alignment JavaScript can rely on.
  const pages = length / wasmPageBytes;
  try {
    const { buffer } = new wasm.WebAssembly.Memory({ initial: pages, maximum: pages });
    alignedMemories.add(buffer);
    return new Uint8Array(buffer);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Uint8Array(length);
  }
}

/** What to write first of `bytes`: up to a page border through the cache, or whole pages past it. */
export function firstWrite(bytes: Uint8Array, position: number): { part: Uint8Array; isDirect: boolean } {
  const fits = alignedMemories.has(bytes.buffer) && (bytes.byteOffset - position) % pageBytes === 0;
  if (!fits || bytes.length < leastBytes) return { part: bytes, isDirect: false };
  const head = (pageBytes - (position % pageBytes)) % pageBytes;
  if (head > 0) return { part: bytes.subarray(0, head), isDirect: false };
  return { part: bytes.subarray(0, bytes.length - (bytes.length % pageBytes)), isDirect: true };
}
