import { afterEach, expect, test, vi } from 'vitest';
import type { MessageReading } from '../../shared/message-reading.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import { MessageReader } from './message-reader.ts';

const gbk = (text: string): WrittenMessage => ({ mode: 'text', text, lineEnd: 'none', encoding: 'gbk' });
const readers: MessageReader[] = [];
afterEach(() => {
  vi.unstubAllGlobals();
  for (const reader of readers.splice(0)) reader.close();
});

function made(): MessageReader {
  const reader = new MessageReader();
  readers.push(reader);
  return reader;
}

test('reads any encoding in one thread beside the page', async () => {
  let threads = 0;
  const counted = class extends Worker {
    constructor(url: URL, options?: WorkerOptions) {
      super(url, options);
      threads++;
    }
  };
  vi.stubGlobal('Worker', counted);
  const reader = made();
  const read = (text: string) => new Promise<MessageReading>((tell) => reader.read(gbk(text), tell));
  expect((await read('你\\n')).bytes).toEqual(Uint8Array.of(0xc4, 0xe3, 0x0a));
  expect((await read('好')).tokens).toEqual([]);
  expect((await read('a\\n')).tokens).toEqual([{ start: 1, end: 3, kind: 'escape' }]);
  // One that failed would have been started anew.
  expect(threads).toBe(1);
});

test('a newer message makes an older one void', async () => {
  const reader = made();
  const older = vi.fn();
  reader.read(gbk('{{"x" | repeat 1000000 | crc32}}'.repeat(1000)), older);
  const newer = await new Promise<MessageReading>((tell) => reader.read(gbk('b'), tell));
  expect(newer.bytes).toEqual(Uint8Array.of(0x62));
  expect(older).not.toHaveBeenCalled();
});
