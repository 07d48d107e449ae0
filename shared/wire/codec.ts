/** Messages as bytes, for channels that do not clone objects themselves (the WebSocket). */
import { decode, encode } from '@msgpack/msgpack';

export const encodeMessage = (message: unknown): Uint8Array<ArrayBuffer> =>
  encode(message, { ignoreUndefined: true });

/** Throws on malformed bytes. Byte fields are views of `bytes`, not copies. */
export const decodeMessage = (bytes: Uint8Array): unknown => decode(bytes);
