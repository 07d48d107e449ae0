import { formatAddress } from '../address.ts';
import type { Address } from '../contract.ts';
import type { RecordDetail } from '../records.ts';
import { formatCount, formatExactBytes } from '../sizes.ts';
import { formatDuration } from '../times.ts';
import { explain } from './explain.ts';
import { en, type Texts } from './en.ts';

type Closed = Extract<RecordDetail, { kind: 'closed' }>;
type Failed = Extract<RecordDetail, { kind: 'failed' }>;
type Note = Extract<RecordDetail, { kind: 'note' }>;
type Opened = Extract<RecordDetail, { kind: 'opened' }>;
type Attempted = Extract<RecordDetail, { kind: 'attempted' }>;

/** One sentence of plain text without a full stop. `peer`: the connection's peer as `host:port`, '' where there is none. */
export function describeRecord(detail: RecordDetail, peer: string, texts: Texts = en): string {
  const words = texts.records;
  switch (detail.kind) {
    case 'listening':
      return words.listening(formatAddress(detail.local));
    case 'stopped':
      return words.stopped(detail.connections, formatDuration(detail.durationMs));
    case 'resolved':
      return detail.code === null
        ? words.resolved(detail.host, detail.addresses, formatDuration(detail.durationMs))
        : words.notResolved(detail.host, detail.code, formatDuration(detail.durationMs));
    case 'attempted':
      return describeAttempt(detail, texts);
    case 'opened':
      return describeOpening(detail, peer, texts);
    case 'half-closed':
      return detail.by === 'us' ? words.finishedByUs(peer) : words.finishedByPeer(peer);
    case 'closed':
      return describeEnd(detail, peer, texts);
    case 'failed':
      return describeFailure(detail, peer, texts);
    case 'note':
      return describeNote(detail, peer, texts);
  }
}

function describeAttempt(detail: Attempted, { records }: Texts): string {
  const remote = formatAddress(detail.remote);
  const duration = formatDuration(detail.durationMs);
  switch (detail.outcome) {
    case 'connected':
      return records.attemptConnected(remote, duration);
    case 'failed':
      return records.attemptFailed(remote, detail.code ?? 'UNKNOWN', duration);
    case 'timed-out':
      return records.attemptTimedOut(remote, duration);
    case 'abandoned':
      return records.attemptAbandoned(remote, duration);
  }
}

function describeOpening(detail: Opened, peer: string, { records }: Texts): string {
  const remote = peer || label(detail.remote);
  if (detail.carried) return records.carried(remote);
  return detail.origin === 'accepted'
    ? records.accepted(remote)
    : records.initiated(remote, label(detail.local));
}

function describeEnd(detail: Closed, peer: string, { records }: Texts): string {
  const { by, how } = detail;
  const end =
    how === 'finish'
      ? records.finished(peer)
      : how === 'reset'
        ? (by === 'us' ? records.resetByUs : records.resetByPeer)(peer)
        : (by === 'us' ? records.closedByUs : records.closedByPeer)(peer);
  const totals = records.totals(
    formatDuration(detail.durationMs),
    formatExactBytes(detail.receivedBytes),
    formatExactBytes(detail.sentBytes),
  );
  return [end, totals, ...unsent(detail.unsentBytes, records)].join('; ');
}

function describeFailure(detail: Failed, peer: string, texts: Texts): string {
  const { code, message, during } = detail;
  const subject = peer || subjectOf(detail, texts);
  const { what } = explain({ code, message, subject }, during, texts);
  return [what, ...unsent(detail.unsentBytes, texts.records)].join('; ');
}

function subjectOf({ during, host, port }: Failed, { records }: Texts): string {
  if (host === '') return port === 0 ? '' : records.port(port);
  return during === 'resolving' ? host : formatAddress({ host, port });
}

function describeNote(detail: Note, peer: string, { records }: Texts): string {
  switch (detail.note) {
    case 'not-reading':
      return records.notReading(peer, formatExactBytes(detail.queuedBytes));
    case 'reading-again':
      return records.readingAgain(peer, formatDuration(detail.durationMs));
    case 'refused':
      return records.refused(formatCount(detail.count), formatCount(detail.limit));
    case 'retry':
      return records.retry(detail.attempt, formatDuration(detail.delayMs));
    case 'close-deadline':
      return records.closeDeadline(peer, formatExactBytes(detail.unsentBytes));
    case 'capture-ended-early':
      return records.captureEndedEarly;
    case 'capture-failed':
      return records.captureFailed(detail.code);
  }
}

const label = (address: Address | null): string => (address ? formatAddress(address) : '');
const unsent = (bytes: number, { unsent: words }: Texts['records']): string[] =>
  bytes > 0 ? [words(formatExactBytes(bytes))] : [];
