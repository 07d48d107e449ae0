/** `socketscope import FILE --to DIR` of a file that has captured traffic: a read-only capture for each protocol in it. */
import { open, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { failureOf } from '../../../shared/failure.ts';
import {
  captureFormatOf,
  headBytes,
  isCaptureFile,
  isPacked,
  type CaptureFormat,
} from '../../../shared/importing/captured.ts';
import { importedSettings } from '../../../shared/settings/imported.ts';
import { describeDamage } from '../../../shared/texts/describe-verdict.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { isWhole } from '../../../shared/verdict.ts';
import { now } from '../../engine/clock.ts';
import { capturedSettings } from '../../engine/documents/captured-settings.ts';
import { lockDataFolder } from '../../engine/disk/data-folder.ts';
import { Workspace } from '../../engine/documents/workspace.ts';
import { importCapture, openImport, type Imported } from '../../engine/importing/import-capture.ts';
import { openImportTargets } from '../../engine/importing/import-targets.ts';
import { ImportError } from '../../engine/importing/problem.ts';
import { unpackFile } from '../../engine/importing/whole-capture.ts';
import type { Protocol } from '../../engine/importing/reader.ts';
import { newEndpointId } from '../../engine/schemas/schemas.ts';
import { tell } from '../terminal.ts';
import { UsageError } from './usage-error.ts';
import { failedFile, inFile } from './whole-input.ts';

/** Whether a file begins as one that has captured traffic. Throws a `UsageError` where it cannot be read. */
export async function isCaptured(path: string): Promise<boolean> {
  const head = await headOf(path);
  return isPacked(head) || captureFormatOf(head) !== null || isCaptureFile(head, path);
}

async function headOf(path: string): Promise<Uint8Array> {
  if (path === '-') return new Uint8Array(0);
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new UsageError(inFile(path, inWords(failureOf(error)).message));
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;
/** As shells have it. */
const interruptedCode = 130;

/** Resolves with the exit code: 1 where not all of it could be read. Throws a `UsageError` where nothing could. */
export async function importIntoFolder(path: string, to: string, as?: CaptureFormat): Promise<number> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  for (const signal of signals) process.once(signal, stop);
  try {
    if (as === undefined && isCaptureFile(await headOf(path), path))
      return await unpackInto(path, to, interrupted.signal);
    const imported = await intoFolder(path, resolve(to), as, interrupted.signal);
    const { captureImport: words } = texts;
    const { stopped, sums } = imported;
    if (stopped !== null) tell(`${words.stopped(words.problem(stopped.problem, stopped.offset))}\n`);
    for (const line of words.leftOut(sums)) tell(`${line}\n`);
    tell(`${words.done(to, words.came(sums))}\n`);
    return stopped === null ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return interruptedCode;
    if (error instanceof ImportError)
      throw new UsageError(inFile(path, texts.captureImport.problem(error.problem, error.offset)));
    throw new UsageError(failedFile(path, error));
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
  }
}

/** A capture file is one already: it is unpacked where captures lie. */
async function unpackInto(path: string, to: string, signal: AbortSignal): Promise<number> {
  const folder = resolve(to);
  const lock = await lockDataFolder(folder);
  try {
    const workspace = await Workspace.open(folder);
    const id = newEndpointId();
    const place = join(folder, 'captures', id);
    try {
      const { endpoint, verified } = await unpackFile(path, place, { signal, told: () => undefined });
      workspace.add(id, capturedSettings(endpoint, basename(path)));
      for (const line of describeDamage(verified)) tell(`${inFile(path, line)}\n`);
      tell(`${texts.captureImport.doneRecords(to, verified.verdict.records)}\n`);
      return isWhole(verified) ? 0 : 1;
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    } finally {
      await workspace.close();
    }
  } finally {
    await lock.release();
  }
}

async function intoFolder(
  path: string,
  folder: string,
  as: CaptureFormat | undefined,
  signal: AbortSignal,
): Promise<Imported> {
  const { source, total } = path === '-' ? { source: process.stdin, total: 0 } : await openImport(path);
  const lock = await lockDataFolder(folder);
  try {
    const workspace = await Workspace.open(folder);
    const ids: Readonly<Record<Protocol, string>> = { tcp: newEndpointId(), udp: newEndpointId() };
    const opened = await openImportTargets(ids, (id) => join(folder, 'captures', id));
    try {
      const options = { ...(as && { as }), total, now: now() };
      const imported = await importCapture(source, options, opened.targets, {
        signal,
        told: () => undefined,
      });
      for (const [protocol, first] of imported.found) {
        await opened.keep(protocol);
        workspace.add(ids[protocol], importedSettings(protocol, first, basename(path)));
      }
      return imported;
    } finally {
      await opened.close();
      await workspace.close();
    }
  } finally {
    await lock.release();
  }
}
