/** Streams in frames, for tests. */
import { FrameBytes } from '../frame-bytes.ts';
import { payloadOf, type FrameMark, type Framing } from '../framer.ts';
import { parseFraming } from '../spec.ts';

export function framingOf(spec: string): Framing {
  const read = parseFraming(spec);
  if (!read.ok) throw new Error(`${spec}: ${read.problem.code} at ${read.problem.start}`);
  return read.framing;
}

/** Single bytes in a string, and back. */
export const latin1 = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));
export const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (pair) => parseInt(pair, 16));

export type Cut = { text: string; payload: string; mark: FrameMark | null };

/** The frames of chunks that come at once, and what is left of them. */
export function cutting(spec: string, chunks: readonly Uint8Array[]): { frames: Cut[]; rest: string | null } {
  const framing = framingOf(spec);
  const frames: Cut[] = [];
  const cutter = new FrameBytes(framing, ({ bytes, mark }) =>
    frames.push({ text: latin1(bytes), payload: latin1(payloadOf(framing, bytes, mark)), mark }),
  );
  for (const chunk of chunks) {
    // As sockets do: the memory is used again after the call.
    const read = chunk.slice();
    cutter.push(read, 0);
    read.fill(0x2a);
  }
  const rest = cutter.finish();
  return { frames, rest: rest && `${rest.why}: ${latin1(rest.bytes)}` };
}

/** The same of a text, as it shows best in an expectation: what each frame says, with its mark before it. */
export function said(spec: string, stream: string | Uint8Array): string[] {
  const { frames, rest } = cutting(spec, [typeof stream === 'string' ? bytesOf(stream) : stream]);
  const told = frames.map(({ payload, mark }) => (mark === null ? payload : `${mark}: ${payload}`));
  return rest === null ? told : [...told, rest];
}
