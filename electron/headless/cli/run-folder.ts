/** Where a run keeps its capture: a temporary folder, or a data folder that the window can open. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Failure } from '../../../shared/failure.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { Capture, type CaptureOptions } from '../../engine/capture/capture.ts';
import { noStream } from '../../engine/capture/recorder.ts';
import { lockDataFolder } from '../../engine/disk/data-folder.ts';
import { makeTemporaryFolder } from '../../engine/disk/temporary.ts';
import { settingsToKeep } from '../../engine/documents/captured-settings.ts';
import { newEndpointId } from '../../engine/schemas/schemas.ts';
import { Workspace } from '../../engine/documents/workspace.ts';

export type RunFolder = {
  readonly capture: Capture;
  /** For files that go at the end whatever is kept: keys and certificates. */
  readonly temporary: string;
  readonly isKept: boolean;
  /** Completes what is kept and removes the rest. Rejects with the system's error when the capture is not complete. */
  close(): Promise<void>;
  /** For an end that waits for nothing. */
  removeTemporary(): void;
};

/**
 * Rejects with the system's error, or DATA_FOLDER_IN_USE while the app or another run has `kept` open. `onNotice` hears
 * what was set aside there because it is damaged.
 */
export async function openRunFolder(
  kept: string | null,
  settings: EndpointSettings,
  options: CaptureOptions,
  onNotice: (notice: Failure) => void,
): Promise<RunFolder> {
  const temporary = await makeTemporaryFolder(tmpdir());
  try {
    const { capture, close } =
      kept === null
        ? await openTemporary(temporary.path, options)
        : await openKept(kept, settings, options, onNotice);
    return {
      capture,
      temporary: temporary.path,
      isKept: kept !== null,
      close: () => close().finally(temporary.remove),
      removeTemporary: temporary.remove,
    };
  } catch (error) {
    temporary.remove();
    throw error;
  }
}

type Opened = { capture: Capture; close: () => Promise<void> };

async function openTemporary(folder: string, options: CaptureOptions): Promise<Opened> {
  const capture = await Capture.open(join(folder, 'capture'), options);
  return { capture, close: () => capture.close() };
}

/**
 * One more endpoint of the data folder, as if it had been made and run in the window. `onNotice`, and what it rejects
 * with, are those of `openRunFolder`.
 */
export async function openKept(
  path: string,
  settings: EndpointSettings,
  options: CaptureOptions,
  onNotice: (notice: Failure) => void,
): Promise<Opened> {
  const folder = resolve(path);
  const lock = await lockDataFolder(folder);
  try {
    const workspace = await Workspace.open(folder);
    for (const notice of workspace.notices) onNotice(notice);
    const id = newEndpointId();
    workspace.add(id, settingsToKeep(settings));
    // At once: a capture that is in no endpoint would be found by nobody.
    await workspace.saved().catch(async (error: unknown) => {
      await workspace.close().catch(() => undefined);
      throw error;
    });
    const capture = await Capture.open(join(folder, 'captures', id), options).catch(
      async (error: unknown) => {
        workspace.remove(id);
        await workspace.close();
        throw error;
      },
    );
    // It cannot be written any more: the capture's failure ends the run, and says why.
    lock.onLost(({ code }) => capture.recordDetail(noStream, { kind: 'note', note: 'capture-failed', code }));
    const close = async (): Promise<void> => {
      const results = await Promise.allSettled([capture.close(), workspace.close()]);
      await lock.release();
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    };
    return { capture, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
