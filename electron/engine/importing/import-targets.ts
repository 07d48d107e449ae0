/** The captures that an import goes into, of which those go again that nothing is in. */
import { rm } from 'node:fs/promises';
import { Capture } from '../capture/capture.ts';
import { stillClock } from '../clock.ts';
import type { Protocol } from './reader.ts';

export type ImportTargets = {
  readonly targets: Readonly<Record<Protocol, Capture>>;
  /** It is closed, whole on the disk, and stays. Rejects with the system's error. */
  keep(protocol: Protocol): Promise<void>;
  /** Removes what was not kept. */
  close(): Promise<void>;
};

/** `folderOf`: where the capture of an id lies. */
export async function openImportTargets(
  ids: Readonly<Record<Protocol, string>>,
  folderOf: (id: string) => string,
  keepFreeBytes?: number,
): Promise<ImportTargets> {
  const kept = new Set<Protocol>();
  const open = (protocol: Protocol): Promise<Capture> =>
    Capture.open(folderOf(ids[protocol]), { clock: stillClock(), keepFreeBytes });
  const targets = { tcp: await open('tcp'), udp: await open('udp') };
  return {
    targets,
    async keep(protocol) {
      await targets[protocol].close();
      kept.add(protocol);
    },
    async close() {
      for (const protocol of ['tcp', 'udp'] as const) {
        if (kept.has(protocol)) continue;
        await targets[protocol].close().catch(() => undefined);
        await rm(folderOf(ids[protocol]), { recursive: true, force: true });
      }
    },
  };
}
