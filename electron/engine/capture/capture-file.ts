/**
 * A capture as one file, to be handed on: `.socketscope-capture`. Its first line says whose it is and which files of a
 * capture follow, one behind the other, which have checksums of their own; the last line is the first one again, so that
 * damage to one of the two takes nothing away.
 */
import { mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { FailureError } from '../../../shared/failure.ts';
import { captureFileStart as magic } from '../../../shared/importing/captured.ts';
import { dataFiles, fileNumber } from './format.ts';

/** The names of a hundred thousand files, 800 GB of capture. */
const mostHeadBytes = 8 * 2 ** 20;
const pieceBytes = 256 * 1024;

const names = /^(?:capture\.json|annotations\.jsonl|(?:sums-)?(?:data|index)-\d{8})$/;
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headSchema = v.object({
  endpoint: v.unknown(),
  files: v.array(v.object({ name: v.pipe(v.string(), v.regex(names)), size })),
});
type Head = v.InferOutput<typeof headSchema>;

/** `endpoint`: its settings, as somebody wrote them. Damaged: one of the two lines is not what was written. */
export type Unpacked = { endpoint: unknown; isHeadDamaged: boolean };

/** Writes the capture in `folder`, which nobody has open, to `file`. `told`: bytes of them all. Rejects with the system's error. */
export async function packCapture(
  folder: string,
  endpoint: unknown,
  file: FileHandle,
  told: (done: number, total: number) => void = () => undefined,
): Promise<number> {
  const found = (await readdir(folder)).filter((name) => names.test(name)).sort();
  // The bytes come last: of a file that is cut, all records are known, and which bytes are missing.
  const isBytes = (name: string): boolean => fileNumber(name, dataFiles.prefix) >= 0;
  const files = [...found.filter((name) => !isBytes(name)), ...found.filter(isBytes)];
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  const head: Head = { endpoint, files: files.map((name, i) => ({ name, size: sizes[i]! })) };
  const json = JSON.stringify(head);
  const line = Buffer.from(`${magic}${sumOf(json)} ${json}\n`);
  await file.appendFile(line);
  const total = sizes.reduce((sum, each) => sum + each, 0);
  let done = 0;
  const copied = (bytes: number): void => told((done += bytes), total);
  for (const [i, name] of files.entries()) {
    const source = await open(join(folder, name));
    try {
      await copy(source, 0, sizes[i]!, file, copied);
    } finally {
      await source.close();
    }
  }
  await file.appendFile(`\n${line.toString()}`);
  return 2 * line.length + 1 + total;
}

/**
 * Writes what is in the file at `path` as a capture into the new `folder`, as far as it goes: what is missing is found as
 * what is missing of any capture. Rejects with CAPTURE_FILE_DAMAGED where neither line can be read, and with the system's error.
 */
export async function unpackCapture(path: string, folder: string): Promise<Unpacked> {
  const file = await open(path);
  try {
    const length = (await file.stat()).size;
    const first = await firstLine(file, length);
    const last = await lastLine(file, length);
    const found = first ?? last;
    if (found === null) throw new FailureError({ code: 'CAPTURE_FILE_DAMAGED', subject: path });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let at = found.bytes;
    for (const { name, size: wanted } of found.head.files) {
      const there = Math.max(0, Math.min(wanted, length - at));
      if (there > 0 || wanted === 0) {
        const target = await open(join(folder, name), 'wx', 0o600);
        try {
          await copy(file, at, there, target);
        } finally {
          await target.close();
        }
      }
      at += wanted;
    }
    return { endpoint: found.head.endpoint, isHeadDamaged: first === null || last === null };
  } finally {
    await file.close();
  }
}

type Line = { head: Head; bytes: number };

async function firstLine(file: FileHandle, length: number): Promise<Line | null> {
  const bytes = Buffer.alloc(Math.min(length, mostHeadBytes));
  await file.read(bytes, 0, bytes.length, 0);
  const end = bytes.indexOf(0x0a);
  return end < 0 ? null : readLine(bytes.subarray(0, end));
}

async function lastLine(file: FileHandle, length: number): Promise<Line | null> {
  const bytes = Buffer.alloc(Math.min(length, mostHeadBytes));
  await file.read(bytes, 0, bytes.length, length - bytes.length);
  if (bytes.at(-1) !== 0x0a) return null;
  const start = bytes.lastIndexOf(0x0a, bytes.length - 2);
  return start < 0 ? null : readLine(bytes.subarray(start + 1, -1));
}

function readLine(bytes: Buffer): Line | null {
  const text = bytes.toString('utf8');
  const json = text.slice(magic.length + 9);
  if (text !== `${magic}${sumOf(json)} ${json}`) return null;
  try {
    const parsed = v.safeParse(headSchema, JSON.parse(json));
    return parsed.success ? { head: parsed.output, bytes: bytes.length + 1 } : null;
  } catch {
    return null; // It says of itself that it is right: somebody made it so.
  }
}

async function copy(
  source: FileHandle,
  from: number,
  length: number,
  target: FileHandle,
  copied: (bytes: number) => void = () => undefined,
): Promise<void> {
  const buffer = Buffer.alloc(Math.min(length, pieceBytes));
  for (let done = 0; done < length;) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, length - done), from + done);
    if (bytesRead === 0) return;
    await target.appendFile(buffer.subarray(0, bytesRead));
    done += bytesRead;
    copied(bytesRead);
  }
}

const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
