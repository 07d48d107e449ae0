/** Codings that the shared decoders have no code for, by Node's zlib. */
import { brotliDecompressSync, constants } from 'node:zlib';
import type { Unpack } from '../../../shared/decoding/context.ts';

const { BROTLI_OPERATION_FLUSH, BROTLI_OPERATION_PROCESS } = constants;

export const unpackByNode: Unpack = (coding, bytes, limit) => {
  if (coding !== 'br') return null;
  if (limit === 0) return { bytes: new Uint8Array(), problem: 'too-large' };
  const unpacked = (isCut: boolean): Uint8Array =>
    brotliDecompressSync(bytes, {
      maxOutputLength: limit,
      ...(isCut && { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH }),
      ...(!isCut && { flush: BROTLI_OPERATION_PROCESS }),
    });
  try {
    return { bytes: unpacked(false), problem: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { bytes: new Uint8Array(), problem: 'too-large' };
    if (code !== 'Z_BUF_ERROR') return { bytes: new Uint8Array(), problem: 'damaged' };
    return { bytes: unpacked(true), problem: 'incomplete' };
  }
};
