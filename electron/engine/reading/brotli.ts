/** The coding that the shared decoders have no code for, by Node's zlib. */
import { promisify } from 'node:util';
import { brotliDecompress, brotliDecompressSync, constants, type BrotliOptions } from 'node:zlib';
import type { Unpack, Unpacked } from '../../../shared/decoding/context.ts';

const { BROTLI_OPERATION_FLUSH, BROTLI_OPERATION_PROCESS } = constants;
const nothing = new Uint8Array();

/** `isCut`: as far as it goes. */
const optionsOf = (maxOutputLength: number, isCut: boolean): BrotliOptions =>
  isCut
    ? { maxOutputLength, flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH }
    : { maxOutputLength, flush: BROTLI_OPERATION_PROCESS };

/** Null: it ends too early. */
function problemOf(error: unknown): Unpacked | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') return { bytes: nothing, problem: 'too-large' };
  return code === 'Z_BUF_ERROR' ? null : { bytes: nothing, problem: 'damaged' };
}

export const unpackByNode: Unpack = (coding, bytes, limit) => {
  if (coding !== 'br') return null;
  if (limit === 0) return { bytes: nothing, problem: 'too-large' };
  try {
    return { bytes: brotliDecompressSync(bytes, optionsOf(limit, false)), problem: null };
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) return problem;
    return { bytes: brotliDecompressSync(bytes, optionsOf(limit, true)), problem: 'incomplete' };
  }
};

const unpack = promisify<Uint8Array, BrotliOptions, Uint8Array>(brotliDecompress);

/** The same beside the thread that has the sockets; at most `limit` bytes. */
export async function unpackBrotli(bytes: Uint8Array, limit: number): Promise<Unpacked> {
  try {
    return { bytes: new Uint8Array(await unpack(bytes, optionsOf(limit, false))), problem: null };
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) return problem;
    return { bytes: new Uint8Array(await unpack(bytes, optionsOf(limit, true))), problem: 'incomplete' };
  }
}
