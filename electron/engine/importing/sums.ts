import type { ImportSums } from '../../../shared/importing/captured.ts';

/** Of a file of which nothing was read yet. */
export const noSums = (): ImportSums => ({
  ...{ packets: 0, lines: 0, connections: 0, missingBytes: 0 },
  ...{ fragment: 0, overlap: 0, other: 0, malformed: 0 },
});
