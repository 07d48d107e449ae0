/** What was said in one direction, and nothing else. */
import type { Exporter } from './exporter.ts';

const only = (direction: 'sent' | 'received'): Exporter => ({
  extension: 'bin',
  liveEvents: 'told',
  takes: (kind) => kind === direction,
  write: () => ({ record: (_entry, payload) => payload, now: (into, _entry, payload) => into.add(payload) }),
});

export const raw = only('received');
export const rawSent = only('sent');
