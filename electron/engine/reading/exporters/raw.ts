/** What was received, and nothing else. */
import type { Exporter } from './exporter.ts';

export const raw: Exporter = {
  extension: 'bin',
  hasLiveEvents: false,
  takes: (kind) => kind === 'received',
  write: () => ({ record: (_entry, payload) => payload }),
};
