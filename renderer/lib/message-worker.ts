/** Runs in a thread of its own: to read a long message must not hold up a key. */
import '../../shared/encodings/all-codecs.ts';
import { readMessage } from '../../shared/message-reading.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import type { ReadAnswer } from './message-reader.ts';
import { packTokens } from './packed-tokens.ts';

self.onmessage = ({ data }: MessageEvent<WrittenMessage>) => {
  const { tokens, ...reading } = readMessage(data);
  const packed = packTokens(tokens);
  const answer: ReadAnswer = { ...reading, packed };
  const { bytes } = reading;
  self.postMessage(answer, { transfer: bytes === null ? [packed.buffer] : [packed.buffer, bytes.buffer] });
};
