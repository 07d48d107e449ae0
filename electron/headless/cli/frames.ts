/** `socketscope frames --frame SPEC FILE`: cuts what was kept elsewhere. */
import { fstatSync, statSync } from 'node:fs';
import { failureOf } from '../../../shared/failure.ts';
import { FrameBytes } from '../../../shared/framing/frame-bytes.ts';
import { payloadOf, type Framing } from '../../../shared/framing/framer.ts';
import { formatHex } from '../../../shared/payload/format.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { monotonic } from '../../engine/clock.ts';
import type { FrameFacts } from '../../engine/reading/exporters/exporter.ts';
import { frameFields } from '../../engine/reading/exporters/jsonl.ts';
import { JoinedWrites } from '../../engine/reading/exporters/joined-writes.ts';
import { frameWords } from '../../../shared/show/frame-words.ts';
import { tell } from '../terminal.ts';
import type { frameFormats } from './choices.ts';
import { openForReading } from './input-files.ts';
import { standardOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

export type FramesOptions = { frame: Framing; format: (typeof frameFormats)[number] };

/** A frame or what is left, in memory. */
type Cut = Omit<FrameFacts, 'payload'> & { bytes: Uint8Array; payload: Uint8Array };

/** Bytes that are read at a time, and joined to one write. */
const readBytes = 256 * 1024;

/** Prints the frames of a file, or of standard input for `-`; resolves with the exit code. Throws a `UsageError`. */
export async function frames(path: string, { frame: framing, format }: FramesOptions): Promise<number> {
  const output = standardOutput();
  const joined = new JoinedWrites((bytes) => output.write(bytes), readBytes);
  const ended: Cut[] = [];
  const cutter = new FrameBytes(framing, ({ bytes, offset, mark }) => {
    ended.push({ bytes, offset, mark, why: null, payload: payloadOf(framing, bytes, mark) });
  });
  const print = async (): Promise<void> => {
    for (const cut of ended.splice(0)) await joined.add(lines[format](cut));
    await joined.flush();
  };
  // In a file nothing tells when its bytes came.
  const time = isFile(path) ? () => 0 : monotonic;
  try {
    for await (const chunk of chunksOf(path)) {
      cutter.push(chunk, time());
      await print();
    }
    const rest = cutter.finish();
    if (rest !== null) ended.push({ ...rest, mark: null, payload: rest.bytes });
    await print();
    await output.close();
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = inWords(failureOf(error));
    // Whoever read the output has seen enough.
    if (code === 'EPIPE' || code === 'ECONNRESET') return 0;
    const { cannotWrite, standardOutput: name } = texts.commandLine;
    tell(`${cannotWrite(name, output.writtenBytes, message)}\n`);
    return 1;
  }
}

const lines: Readonly<Record<FramesOptions['format'], (cut: Cut) => string>> = {
  hex: (cut) => {
    const { offset, bytes } = cut;
    const place = offset.toString(16).padStart(8, '0');
    const amiss = frameWords(cut);
    const told = amiss === null ? '' : `(${amiss})`;
    return `${[place, bytes.length, formatHex(bytes), told].join('  ').trimEnd()}\n`;
  },
  jsonl: (cut) => `${JSON.stringify(frameFields(cut))}\n`,
};

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const { cannotReadInput, problems } = texts.commandLine;
  try {
    const input = path === '-' ? process.stdin : openForReading(path, readBytes);
    yield* input as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(
      path === '-' ? cannotReadInput(message) : problems.cannotRead('FILE', path, message),
    );
  }
}

function isFile(path: string): boolean {
  try {
    return (path === '-' ? fstatSync(0) : statSync(path)).isFile();
  } catch {
    // Opening it says why.
    return false;
  }
}
