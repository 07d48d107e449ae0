import type { FailureFacts } from '../../shared/failure.ts';
import { formatAddress } from '../../shared/address.ts';
import type { CertificateInfo } from '../../shared/certificates.ts';
import type { RecordDetail } from '../../shared/records.ts';
import { formatCount } from '../../shared/show/sizes.ts';
import { texts } from '../../shared/texts/index.ts';
import { formatDuration } from '../../shared/show/times.ts';

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
    case 'bound':
      return [
        [words.local, formatAddress(detail.local)],
        [words.remote, detail.remote ? formatAddress(detail.remote) : words.none],
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
      return detail.proxy === undefined ? [] : [[words.proxy, detail.proxy]];
    case 'secured':
      return securedFields(detail);
    case 'half-closed':
      return [[words.by, words.bySide[detail.by]], ...goodbye(detail.closeNotify)];
    case 'closed':
      return [[words.by, words.bySide[detail.by]], [words.how, words.ends[detail.how]], ...counters(detail)];
    case 'failed':
      return [
        [words.code, detail.code],
        ...said(detail),
        [words.during, words.activities[detail.during]],
        ...(detail.host === '' ? [] : [[words.host, formatAddress(detail)] as const]),
        ...counters(detail),
      ];
    case 'note':
      return noteFields(detail);
  }
}

const securedFields = (detail: Extract<RecordDetail, { kind: 'secured' }>): Field[] => [
  [words.version, detail.version],
  [words.cipher, detail.cipher],
  [words.alpn, detail.alpn ?? words.none],
  [words.servername, detail.servername ?? words.none],
  [words.session, words.sessions[detail.isReused ? 'reused' : 'fresh']],
  [words.verified, words.verification(detail.isVerified, detail.verifyCode)],
  [words.duration, formatDuration(detail.durationMs)],
];

/** The certificates that a record carries, the leaf first; empty where it carries none. */
export function chainOf(detail: RecordDetail): CertificateInfo[] {
  const carries =
    detail.kind === 'secured' || (detail.kind === 'note' && detail.note === 'certificate-refused');
  return carries ? detail.chain : [];
}

function noteFields(detail: Extract<RecordDetail, { kind: 'note' }>): Field[] {
  switch (detail.note) {
    case 'not-captured':
      return [[words.size, texts.units.bytes(detail.count)]];
    case 'not-reading':
      return [[words.queued, texts.units.bytes(detail.queuedBytes)]];
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
      return [[words.unsent, texts.units.bytes(detail.unsentBytes)]];
    case 'paused':
      return [[words.why, words.whys[detail.why]]];
    case 'resumed':
      return [
        [words.why, words.whys[detail.why]],
        [words.duration, formatDuration(detail.durationMs)],
      ];
    case 'idle':
      return [
        [words.silence, formatDuration(detail.idleMs)],
        [words.after, words.afterIdle[detail.closes ? 'closes' : 'warns']],
      ];
    case 'proxied':
      return [
        [words.proxy, detail.proxy],
        [words.target, detail.target],
        [words.duration, formatDuration(detail.durationMs)],
      ];
    case 'certificate-refused':
      return [...code(detail.code), ...said(detail)];
    case 'rule':
      return [
        [words.rule, formatCount(detail.rule)],
        ...(detail.words ? [[words.words, detail.words] as const] : []),
      ];
    case 'reply-failed':
      return [
        ...(detail.rule === null ? [] : [[words.rule, formatCount(detail.rule)] as const]),
        ...code(detail.code),
        ...said(detail),
      ];
    case 'joined':
    case 'left':
      return [
        [words.group, detail.group],
        [words.interfaceAddress, detail.interfaceAddress || words.chosenBySystem],
        [words.source, detail.source || words.anySource],
      ];
    case 'group-failed':
      return [[words.group, detail.group], ...code(detail.code), ...said(detail)];
    case 'dropped':
      return [
        [words.count, formatCount(detail.count)],
        [words.total, formatCount(detail.total)],
      ];
    case 'datagram-failed':
      return [
        ...(detail.length === null ? [] : [[words.size, texts.units.bytes(detail.length)] as const]),
        ...code(detail.code),
        ...said(detail),
      ];
    case 'key-log-failed':
    case 'option-failed':
      return [...code(detail.code), ...said(detail)];
    case 'waiting-for-port':
      return [[words.local, formatAddress(detail.local)]];
    case 'port-not-kept':
      return [[texts.server.port, String(detail.port)], ...code(detail.code)];
    case 'clock-stepped':
      return [[words.difference, formatDuration(detail.byMs)]];
    case 'left-out':
      return [[words.count, formatCount(detail.count)]];
    case 'forgotten':
    case 'began-before':
    case 'capture-ended-early':
      return [];
    case 'oldest-gone':
      return [
        [words.count, formatCount(detail.records)],
        [words.size, texts.units.bytes(detail.bytes)],
      ];
    case 'capture-failed':
      return code(detail.code);
    case 'damaged':
      return [...code(detail.code), [words.file, detail.file]];
  }
}

const goodbye = (closeNotify: boolean | null): Field[] =>
  closeNotify === null ? [] : [[words.goodbye, words.goodbyes[closeNotify ? 'said' : 'missing']]];

const code = (value: string | null): Field[] => (value === null ? [] : [[words.code, value]]);

const said = ({ message }: FailureFacts): Field[] => (message === '' ? [] : [[words.message, message]]);

type Counted = { receivedBytes: number; sentBytes: number; unsentBytes: number; durationMs: number };

const counters = (detail: Counted): Field[] => [
  [words.received, texts.units.bytes(detail.receivedBytes)],
  [words.sent, texts.units.bytes(detail.sentBytes)],
  [words.unsent, texts.units.bytes(detail.unsentBytes)],
  [words.duration, formatDuration(detail.durationMs)],
];
