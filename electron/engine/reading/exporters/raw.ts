/** What was received, and nothing else. */
import type { Exporter } from './exporter.ts';

export const raw: Exporter = {
  extension: 'bin',
  liveEvents: 'told',
  takes: (kind) => kind === 'received',
  write: () => ({ record: (_entry, payload) => payload }),
};
