/** A capture as one file, read in the place of a data folder. */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Endpoint } from '../../../shared/contract.ts';
import { failureOf } from '../../../shared/failure.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { Capture } from '../../engine/capture/capture.ts';
import { unpackCapture } from '../../engine/capture/capture-file.ts';
import { makeTemporaryFolder } from '../../engine/disk/temporary.ts';
import { capturedSettings } from '../../engine/documents/captured-settings.ts';
import { newEndpointId } from '../../engine/schemas/schemas.ts';
import { UsageError } from './usage-error.ts';

/** Reads such a file in the place of a data folder. Throws a `UsageError` where nothing of it can be read. */
export async function withCaptureFile<T>(
  path: string,
  use: (endpoint: Endpoint, capture: Capture, isHeadDamaged: boolean) => Promise<T>,
): Promise<T> {
  const temporary = await makeTemporaryFolder(tmpdir());
  try {
    const folder = join(temporary.path, 'capture');
    const cannotRead = (error: unknown): never => {
      throw new UsageError(texts.commandLine.problems.noCapture(path, inWords(failureOf(error)).message));
    };
    const { endpoint, isHeadDamaged } = await unpackCapture(path, folder).catch(cannotRead);
    const settings = capturedSettings(endpoint, basename(path));
    const capture = await Capture.open(folder, { isReadOnly: true }).catch(cannotRead);
    try {
      return await use({ id: newEndpointId(), settings }, capture, isHeadDamaged);
    } finally {
      await capture.close();
    }
  } finally {
    temporary.remove();
  }
}
