import type { Page } from '@playwright/test';

/**
 * Sends a message of `count` pieces through a channel of its own, as a page does with a long one: calls are MessagePack
 * maps `{t: 'q', i: id, m: method, a: arguments}`, answers are `{t: 's', i: id, r: result}`.
 */
export async function sendStaged(page: Page, endpoint: string, piece: Buffer, count: number): Promise<void> {
  await page.evaluate(upload, { endpoint, piece: piece.toString('base64'), count });
}

type Upload = { endpoint: string; piece: string; count: number };

/** Runs in the page, so all that it needs is inside. */
async function upload({ endpoint, piece, count }: Upload): Promise<void> {
  const text = (value: string) => [0xd9, value.length, ...new TextEncoder().encode(value)];
  const uint32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  const call = (id: string, method: string, args: (number[] | Uint8Array)[]) =>
    new Blob(
      [
        [
          0x84,
          ...text('t'),
          ...text('q'),
          ...text('i'),
          ...text(id),
          ...text('m'),
          ...text(method),
          ...text('a'),
        ],
        [0x90 + args.length],
        ...args,
      ].map((part) => Uint8Array.from(part)),
    );
  const bytes = Uint8Array.from(atob(piece), (character) => character.charCodeAt(0));
  const socket = new WebSocket('/channel');
  socket.binaryType = 'arraybuffer';
  await new Promise((opened) => (socket.onopen = opened));
  const welcome = new Promise((heard) => (socket.onmessage = heard));
  socket.send(Uint8Array.from([0x81, ...text('key'), ...text(sessionStorage.getItem('socketscope-key')!)]));
  await welcome;
  const ask = (id: string, method: string, args: (number[] | Uint8Array)[]) =>
    new Promise<number[]>((done, failed) => {
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        const answer = new Uint8Array(data);
        const words = new TextDecoder('latin1').decode(answer);
        // Summaries come in between.
        if (!words.includes(id)) return;
        if (words.includes('code')) failed(new Error(words));
        // The number that it ends with, as it is written.
        else done([...answer.subarray(words.lastIndexOf('\xa1r') + 2)]);
      };
      socket.send(call(id, method, args));
    });
  let stage = await ask('stage-first', 'stage', [
    text(endpoint),
    [0xc0],
    [0xc6, ...uint32(bytes.length), ...bytes],
  ]);
  for (let at = 1; at < count; at++)
    stage = await ask(`stage-${at}`, 'stage', [
      text(endpoint),
      stage,
      new Uint8Array([0xc6, ...uint32(bytes.length), ...bytes]),
    ]);
  await ask('stage-send', 'send', [text(endpoint), text('all'), [0x81, ...text('stage'), ...stage]]);
  socket.close();
}
