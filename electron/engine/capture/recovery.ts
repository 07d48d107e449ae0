/** What a folder holds when it is opened, after a clean end or a killed process. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  blockEntries,
  dataFile,
  Entries,
  entryBytes,
  fileNumber,
  indexFile,
  segmentBytes,
} from './format.ts';
import type { OpenFiles } from './open-files.ts';
import type { Place } from './recorder.ts';

/** `length` counts whole, sound entries. `firstBlock`, `firstSegment`: the oldest files that are still there. */
export type Found = {
  length: number;
  dataEnd: Place;
  firstBlock: number;
  firstSegment: number;
  wasTorn: boolean;
};

/** Looks at the newest block only, so that the time does not depend on size. Cuts a torn end off. */
export async function recover(folder: string, files: OpenFiles): Promise<Found> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  const blocks = numbersOf(names, 'index');
  const segments = numbersOf(names, 'data');
  const lastSegment = segments.at(-1);
  const dataEnd =
    lastSegment === undefined
      ? 0
      : lastSegment * segmentBytes +
        Math.min(segmentBytes, (await stat(join(folder, dataFile(lastSegment)))).size);
  const firstSegment = segments[0] ?? Math.floor(dataEnd / segmentBytes);
  let wasTorn = false;
  for (const block of blocks.toReversed()) {
    const { size } = await stat(join(folder, indexFile(block)));
    const bytes = new Uint8Array(Math.min(size, blockEntries * entryBytes));
    await files.read(indexFile(block), bytes, 0);
    const entries = new Entries(block * blockEntries, bytes);
    let count = entries.count;
    while (count > 0 && !entries.isSound(count - 1, dataEnd)) count--;
    if (count * entryBytes !== size) {
      wasTorn = true;
      await files.truncate(indexFile(block), count * entryBytes);
    }
    if (count > 0 || block === blocks[0])
      return { length: block * blockEntries + count, dataEnd, firstBlock: blocks[0]!, firstSegment, wasTorn };
  }
  return { length: 0, dataEnd, firstBlock: 0, firstSegment, wasTorn };
}

function numbersOf(names: string[], prefix: 'data' | 'index'): number[] {
  return names
    .map((name) => fileNumber(name, prefix))
    .filter((number) => number >= 0)
    .sort((a, b) => a - b);
}
