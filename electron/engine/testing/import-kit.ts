/** What the tests of imports share: files brought in as captures of their own, and what those say. */
import { onTestFinished } from 'vitest';
import type { CaptureFormat } from '../../../shared/importing/captured.ts';
import { kindOf } from '../capture/format.ts';
import type { Capture } from '../capture/capture.ts';
import { stillClock } from '../clock.ts';
import { importCapture, type Imported } from '../importing/import-capture.ts';
import { openCapture } from './capture-kit.ts';
import { testFolder } from './folder.ts';

export type Brought = Imported & { tcp: Capture; udp: Capture };

export async function* inPieces(bytes: Buffer, most: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}

/** Captures of which nobody waits for the disk, where `isKept` is false. */
export async function importTargets(isKept = true): Promise<{ tcp: Capture; udp: Capture }> {
  const { path, remove } = await testFolder();
  const tcp = await openCapture(`${path}/tcp`, { clock: stillClock() });
  const udp = await openCapture(`${path}/udp`, { clock: stillClock() });
  if (!isKept) for (const capture of [tcp, udp]) Object.assign(capture, { flush: () => Promise.resolve() });
  onTestFinished(async () => {
    await tcp.close();
    await udp.close();
    await remove();
  });
  return { tcp, udp };
}

/** Ends with the test. Rejects as `importCapture` does. */
export async function bring(
  bytes: Buffer,
  as?: CaptureFormat,
  most = 7,
  given?: { tcp: Capture; udp: Capture },
): Promise<Brought> {
  const targets = given ?? (await importTargets());
  const options = { ...(as && { as }), total: bytes.length, now: 5000 };
  const work = { signal: new AbortController().signal, told: () => undefined };
  return { ...(await importCapture(inPieces(bytes, most), options, targets, work)), ...targets };
}

/** A line for each record: `1 sent hello`, `1 half-closed us`. */
export async function linesOf(capture: Capture): Promise<string[]> {
  const entries = await capture.entries(0, capture.length);
  const lines: string[] = [];
  for (let i = 0; i < capture.length; i++) {
    const kind = kindOf(entries.kind(i));
    const { detail } = await capture.info(i);
    const facts = detail as Record<string, unknown> | null;
    const said = Buffer.from(await capture.payload(i, 0, 1000)).toString();
    const told = ['note', 'by', 'how', 'code', 'count', 'what'].flatMap((name) => facts?.[name] ?? []);
    lines.push([kind, ...(facts === null ? [said] : told)].join(' '));
  }
  return lines;
}
