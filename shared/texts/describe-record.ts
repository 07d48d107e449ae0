import { factsOf } from '../failure.ts';
import { formatAddress, type Address } from '../address.ts';
import type { RecordDetail } from '../records.ts';
import { formatBytes, formatCount } from '../show/sizes.ts';
import { formatDuration } from '../show/times.ts';
import { explain, sayWhy } from './explain.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';
import type { Explanation } from './failure-situation.ts';

type Closed = Extract<RecordDetail, { kind: 'closed' }>;
type Failed = Extract<RecordDetail, { kind: 'failed' }>;
type Note = Extract<RecordDetail, { kind: 'note' }>;
type ReplyFailed = Extract<Note, { note: 'reply-failed' }>;
type Damaged = Extract<Note, { note: 'damaged' }>;
type Opened = Extract<RecordDetail, { kind: 'opened' }>;
type Secured = Extract<RecordDetail, { kind: 'secured' }>;
type HalfClosed = Extract<RecordDetail, { kind: 'half-closed' }>;
type Attempted = Extract<RecordDetail, { kind: 'attempted' }>;

/** One sentence of plain text without a full stop. `peer`: the connection's peer as `host:port`, '' where there is none. */
export function describeRecord(detail: RecordDetail, peer: string, texts: Texts = chosen): string {
  const words = texts.records;
  switch (detail.kind) {
    case 'listening':
      // Only UDP sockets have no backlog, and they do not listen (listen(2)).
      return detail.backlog === 0
        ? words.bound(formatAddress(detail.local), '')
        : words.listening(formatAddress(detail.local));
    case 'bound':
      return words.bound(formatAddress(detail.local), label(detail.remote));
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
    case 'secured':
      return describeSecurity(detail, peer, texts);
    case 'half-closed':
      return describeHalfClose(detail, peer, texts);
    case 'closed':
      return describeEnd(detail, peer, texts);
    case 'failed':
      return describeFailure(detail, peer, texts);
    case 'note':
      return describeNote(detail, peer, texts);
  }
}

/** The same beside a column that names the peer, so that the sentence need not: `The peer reset the connection`. */
export function describeBesidePeer(detail: RecordDetail, texts: Texts = chosen): string {
  if (detail.kind === 'opened') return describeRecord({ ...detail, remote: null }, '', texts);
  if (detail.kind === 'failed') return describeRecord({ ...detail, host: '', port: 0 }, '', texts);
  return describeRecord(detail, '', texts);
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
  // Captures of before there was UDP say nothing of the kind.
  if (detail.socket === 'datagram') return describeDatagramPeer(detail, remote, records);
  if (detail.carried) return records.carried(remote);
  return detail.origin === 'accepted'
    ? records.accepted(remote)
    : records.initiated(remote, label(detail.local), detail.proxy ?? '');
}

function describeSecurity(detail: Secured, peer: string, texts: Texts): string {
  const { records } = texts;
  const parts = [
    texts.tls.versions[detail.version] ?? detail.version,
    detail.cipher,
    ...(detail.alpn === null ? [] : [`ALPN ${detail.alpn}`]),
    ...(detail.servername === null ? [] : [`SNI ${detail.servername}`]),
    ...(detail.isReused ? [records.sessionReused] : []),
  ];
  // Before the rest, which a narrow log cuts off.
  const mark = detail.verifyCode === null ? '' : ` (${records.notVerified(detail.verifyCode)})`;
  return records.secured(peer, parts.join(', '), formatDuration(detail.durationMs) + mark);
}

function describeHalfClose({ by, closeNotify }: HalfClosed, peer: string, { records }: Texts): string {
  if (by === 'us') return records.finishedByUs(peer);
  return closeNotify === false ? records.cutOffByPeer(peer) : records.finishedByPeer(peer);
}

function describeDatagramPeer({ origin, carried }: Opened, remote: string, words: Texts['records']): string {
  if (carried) return words.knownPeer(remote);
  return origin === 'accepted' ? words.heardOf(remote) : words.sendsTo(remote);
}

function describeEnd(detail: Closed, peer: string, { records, units }: Texts): string {
  const { by, how } = detail;
  const end =
    how === 'finish'
      ? records.finished(peer)
      : how === 'reset'
        ? (by === 'us' ? records.resetByUs : records.resetByPeer)(peer)
        : (by === 'us' ? records.closedByUs : records.closedByPeer)(peer);
  const totals = records.totals(
    formatDuration(detail.durationMs),
    units.bytes(detail.receivedBytes),
    units.bytes(detail.sentBytes),
  );
  return [end, totals, ...unsent(detail.unsentBytes, { records, units })].join('; ');
}

function describeFailure(detail: Failed, peer: string, texts: Texts): string {
  const { what } = explainFailed(detail, peer, texts);
  return [what, ...unsent(detail.unsentBytes, texts)].join('; ');
}

/** What a record with a failure's code means, and what to try; null for a record without one. */
export function explainRecord(detail: RecordDetail, peer: string, texts: Texts = chosen): Explanation | null {
  if (detail.kind === 'failed') return explainFailed(detail, peer, texts);
  if (detail.kind === 'resolved' && detail.code !== null)
    return explain({ code: detail.code, message: '', subject: detail.host }, 'resolving', texts);
  if (detail.kind === 'attempted' && detail.outcome !== 'abandoned' && detail.code !== null)
    return explain(
      { code: detail.code, message: '', subject: formatAddress(detail.remote) },
      'connecting',
      texts,
    );
  return detail.kind === 'note' ? explainNote(detail, peer, texts) : null;
}

function explainFailed(detail: Failed, peer: string, texts: Texts): Explanation {
  return explain({ ...factsOf(detail), subject: peer || subjectOf(detail, texts) }, detail.during, texts);
}

function explainNote(detail: Note, peer: string, texts: Texts): Explanation | null {
  switch (detail.note) {
    case 'datagram-failed':
      return explain({ ...factsOf(detail), subject: peer }, null, texts);
    case 'group-failed':
      return explain({ ...factsOf(detail), subject: detail.group }, null, texts);
    case 'reply-failed':
      return explain({ ...factsOf(detail), subject: '' }, null, texts);
    case 'certificate-refused':
      return explain({ ...factsOf(detail), subject: peer }, 'securing', texts);
    case 'capture-failed':
      return explain({ code: detail.code, message: '', subject: '' }, null, texts);
    case 'damaged':
      return explain({ code: detail.code, message: '', subject: detail.file }, null, texts);
    default:
      return null;
  }
}

function subjectOf({ during, host, port }: Failed, { records }: Texts): string {
  if (host === '') return port === 0 ? '' : records.port(port);
  // A socket file; no host name has a slash.
  if (/[\\/]/.test(host)) return host;
  return during === 'resolving' ? host : formatAddress({ host, port });
}

const whyNot = (detail: Note, peer: string, texts: Texts): string =>
  explainNote(detail, peer, texts)?.what ?? '';

function describeNote(detail: Note, peer: string, texts: Texts): string {
  const { records, units } = texts;
  switch (detail.note) {
    case 'not-reading':
      return records.notReading(peer, units.bytes(detail.queuedBytes));
    case 'reading-again':
      return records.readingAgain(peer, formatDuration(detail.durationMs));
    case 'refused':
      return records.refused(formatCount(detail.count), formatCount(detail.limit));
    case 'retry':
      return records.retry(detail.attempt, formatDuration(detail.delayMs));
    case 'close-deadline':
      return records.closeDeadline(peer, units.bytes(detail.unsentBytes));
    case 'paused':
      return records.paused[detail.why](peer);
    case 'resumed':
      return records.resumed(peer, formatDuration(detail.durationMs));
    case 'idle':
      return records.idle(peer, formatDuration(detail.idleMs), detail.closes);
    case 'proxied':
      return records.proxied(detail.proxy, detail.target, formatDuration(detail.durationMs));
    case 'certificate-refused':
      return records.certificateRefused(detail.chain[0]?.subject ?? '', detail.code);
    case 'key-log-failed':
      return records.keyLogFailed(peer, detail.code);
    case 'rule':
      return records.rule(detail.rule, detail.words);
    case 'reply-failed':
      return describeReplyFailure(detail, texts);
    case 'joined':
      return records.joined(detail.group, detail.interfaceAddress, detail.source);
    case 'left':
      return records.left(detail.group);
    case 'group-failed':
      return records.groupFailed(detail.group, whyNot(detail, peer, texts));
    case 'dropped':
      return records.dropped(detail.count, detail.total);
    case 'datagram-failed':
      return detail.length === null
        ? whyNot(detail, peer, texts)
        : records.datagramFailed(peer, units.bytes(detail.length), whyNot(detail, peer, texts));
    case 'option-failed':
      return records.optionFailed(detail.option, detail.code);
    case 'forgotten':
      return records.forgotten(peer);
    case 'clock-stepped':
      return records.clockStepped(formatDuration(Math.abs(detail.byMs)), detail.byMs > 0);
    case 'waiting-for-port':
      return records.waitingForPort(formatAddress(detail.local));
    case 'port-not-kept':
      return records.portNotKept(String(detail.port), detail.code);
    case 'capture-ended-early':
      return records.captureEndedEarly;
    case 'oldest-gone':
      return records.oldestGone(detail.records, formatBytes(detail.bytes));
    case 'capture-failed':
      return records.captureFailed(detail.code);
    case 'not-captured':
      return records.notCaptured(peer, units.bytes(detail.count), detail.by);
    case 'began-before':
      return records.beganBefore;
    case 'left-out':
      return records.leftOut(formatCount(detail.count), detail.what);
    case 'damaged':
      return records.damaged(
        damagedBytes(detail, texts),
        detail.records === null ? '' : damagedRecords(detail.records, texts),
      );
  }
}

/** A code that says all by itself has no other sentence than what happened. */
function describeReplyFailure(detail: ReplyFailed, texts: Texts): string {
  const said = sayWhy(detail, texts);
  const { replyFailed } = texts.records;
  return replyFailed(detail.rule, said && detail.code, said || whyNot(detail, '', texts));
}

/** Where the damage is, with its code. */
const damagedBytes = ({ code, file, from, end }: Damaged, { records }: Texts): string =>
  records.damagedBytes(file, formatCount(from), formatCount(end - 1), code);

const damagedRecords = ({ first, last }: { first: number; last: number }, { records }: Texts): string =>
  records.damagedRecords(formatCount(first), formatCount(last));

const label = (address: Address | null): string => (address ? formatAddress(address) : '');
const unsent = (bytes: number, { records, units }: Pick<Texts, 'records' | 'units'>): string[] =>
  bytes > 0 ? [records.unsent(units.bytes(bytes))] : [];
