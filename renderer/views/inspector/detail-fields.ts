import { formatAddress } from '../../../shared/address.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { formatCount, formatExactBytes } from '../../../shared/sizes.ts';
import { texts } from '../../../shared/texts/index.ts';
import { formatDuration } from '../../../shared/times.ts';

/** Name and value of one line. */
export type Field = readonly [name: string, value: string];

const words = texts.inspector.detail;

/** All that an event's record says of itself; what it says of its connection is shown apart. */
export function detailFields(detail: RecordDetail): Field[] {
  switch (detail.kind) {
    case 'listening':
      return [
        [words.local, formatAddress(detail.local)],
        [words.backlog, formatCount(detail.backlog)],
      ];
    case 'stopped':
      return [
        [words.connections, formatCount(detail.connections)],
        [words.duration, formatDuration(detail.durationMs)],
      ];
    case 'resolved':
      return [
        [words.host, detail.host],
        [words.addresses, detail.addresses.join(', ') || '–'],
        ...code(detail.code),
        [words.duration, formatDuration(detail.durationMs)],
      ];
    case 'attempted':
      return [
        [words.remote, formatAddress(detail.remote)],
        [words.outcome, words.outcomes[detail.outcome]],
        ...code(detail.code),
        [words.duration, formatDuration(detail.durationMs)],
      ];
    case 'opened':
      return [];
    case 'half-closed':
      return [[words.by, words.bySide[detail.by]]];
    case 'closed':
      return [[words.by, words.bySide[detail.by]], [words.how, words.ends[detail.how]], ...counters(detail)];
    case 'failed':
      return [
        [words.code, detail.code],
        [words.message, detail.message],
        [words.during, words.activities[detail.during]],
        ...(detail.host === '' ? [] : [[words.host, formatAddress(detail)] as const]),
        ...counters(detail),
      ];
    case 'note':
      return noteFields(detail);
  }
}

function noteFields(detail: Extract<RecordDetail, { kind: 'note' }>): Field[] {
  switch (detail.note) {
    case 'not-reading':
      return [[words.queued, formatExactBytes(detail.queuedBytes)]];
    case 'reading-again':
      return [[words.duration, formatDuration(detail.durationMs)]];
    case 'refused':
      return [
        [words.count, formatCount(detail.count)],
        [words.limit, formatCount(detail.limit)],
      ];
    case 'retry':
      return [
        [words.attempt, formatCount(detail.attempt)],
        [words.delay, formatDuration(detail.delayMs)],
      ];
    case 'close-deadline':
      return [[words.unsent, formatExactBytes(detail.unsentBytes)]];
    case 'capture-ended-early':
      return [];
    case 'capture-failed':
      return code(detail.code);
  }
}

const code = (value: string | null): Field[] => (value === null ? [] : [[words.code, value]]);

type Counted = { receivedBytes: number; sentBytes: number; unsentBytes: number; durationMs: number };

const counters = (detail: Counted): Field[] => [
  [words.received, formatExactBytes(detail.receivedBytes)],
  [words.sent, formatExactBytes(detail.sentBytes)],
  [words.unsent, formatExactBytes(detail.unsentBytes)],
  [words.duration, formatDuration(detail.durationMs)],
];
