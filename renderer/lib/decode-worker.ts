/** Runs in a thread of its own: bytes of any size and form must not hold up a key. */
import { decodeAll, type DecodeAsk } from './decode-asked.ts';

self.onmessage = ({ data }: MessageEvent<DecodeAsk>) => self.postMessage(decodeAll(data));
