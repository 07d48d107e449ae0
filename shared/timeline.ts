/** The life of one connection, step by step. */
import { formatAddress } from './address.ts';
import type { TlsMessage } from './certificates.ts';
import type { RecordDetail, RecordKind } from './records.ts';

export type StepKind =
  | 'resolve'
  | 'attempt'
  | 'proxy'
  | 'open'
  | 'handshake'
  | 'message'
  | 'first-sent'
  | 'first-received'
  | 'pause-sending'
  | 'pause-reading'
  | 'half-close'
  | 'end'
  | 'note';

/** One step of a connection's life. `durationMs`: how long it took, null for a moment. */
export type TimelineStep = {
  /** When it began, in ms since the epoch. */
  time: number;
  durationMs: number | null;
  kind: StepKind;
  isFailure: boolean;
  /** A pause that has not ended, of a connection that has not either. */
  isGoingOn: boolean;
  /** The record that tells of it, and its detail; null for payloads. */
  sequence: number;
  detail: RecordDetail | null;
  /** One message of the handshake that the record tells of. */
  message?: TlsMessage;
};
/** `end`: null while it is open. `steps` by time, of at most 1000 records; `omitted` counts further records of pauses and notes. */
export type Timeline = {
  peer: string;
  start: number;
  end: number | null;
  steps: TimelineStep[];
  omitted: number;
};

export const maxSteps = 1000;

/** What a timeline is made of: all events of a connection or an attempt, and its first payload each way. */
export type TimelineRecord = {
  sequence: number;
  /** Milliseconds since the epoch. */
  time: number;
  kind: RecordKind;
  /** Null for payloads, and for events whose detail cannot be read. */
  detail: RecordDetail | null;
};

type Note = Extract<RecordDetail, { kind: 'note' }>;
type Pause = { kind: 'pause-sending' | 'pause-reading'; key: string; isOver: boolean };

/** The steps that `records`, in the order of their sequences, tell of. A pause and its end are one step. */
export function buildTimeline(records: readonly TimelineRecord[], omitted = 0): Timeline {
  const steps: TimelineStep[] = [];
  const paused = new Map<string, TimelineStep>();
  let end: number | null = null;
  for (const record of records) {
    const { detail } = record;
    const pause = detail?.kind === 'note' ? pauseOf(detail) : null;
    const begun = pause === null ? undefined : paused.get(pause.key);
    if (pause?.isOver && begun) {
      Object.assign(begun, { ...spanOf(record), isGoingOn: false });
      paused.delete(pause.key);
      continue;
    }
    const step = stepOf(record, pause);
    steps.push(step, ...messagesOf(record));
    if (pause && !pause.isOver) paused.set(pause.key, step);
    if (step.kind === 'end') end = record.time;
  }
  if (end !== null)
    for (const step of paused.values())
      Object.assign(step, { durationMs: end - step.time, isGoingOn: false });
  steps.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
  return { peer: peerOf(records), start: steps[0]?.time ?? 0, end, steps, omitted };
}

function stepOf(record: TimelineRecord, pause: Pause | null): TimelineStep {
  const { sequence, detail } = record;
  return {
    ...spanOf(record),
    kind: pause?.kind ?? kindOfStep(record),
    isFailure: detail !== null && isFailure(detail),
    isGoingOn: pause !== null && !pause.isOver,
    sequence,
    detail,
  };
}

/** What a record tells of the messages of its handshake; a failed one has nothing else to show. */
function messagesOf({ sequence, detail }: TimelineRecord): TimelineStep[] {
  const messages = detail?.kind === 'secured' || detail?.kind === 'failed' ? detail.messages : undefined;
  return (messages ?? []).map((message) => ({
    ...{ time: message.time, durationMs: null, kind: 'message' },
    ...{ isFailure: message.name === 'Alert', isGoingOn: false, sequence, detail, message },
  }));
}

/** A record that says how long something took was written at its end. What an end sums up began long before. */
function spanOf({ time, detail }: TimelineRecord): Pick<TimelineStep, 'time' | 'durationMs'> {
  const isSum = detail?.kind === 'closed' || detail?.kind === 'failed' || detail?.kind === 'stopped';
  if (detail === null || isSum || !('durationMs' in detail)) return { time, durationMs: null };
  return { time: time - detail.durationMs, durationMs: detail.durationMs };
}

function pauseOf(detail: Note): Pause | null {
  switch (detail.note) {
    case 'not-reading':
    case 'reading-again':
      return { kind: 'pause-sending', key: 'sending', isOver: detail.note === 'reading-again' };
    case 'paused':
    case 'resumed':
      return { kind: 'pause-reading', key: detail.why, isOver: detail.note === 'resumed' };
    default:
      return null;
  }
}

function kindOfStep({ kind, detail }: TimelineRecord): StepKind {
  switch (kind) {
    case 'sent':
      return 'first-sent';
    case 'received':
      return 'first-received';
    case 'resolved':
      return 'resolve';
    case 'attempted':
      return 'attempt';
    case 'listening':
    case 'bound':
    case 'opened':
      return 'open';
    case 'secured':
      return 'handshake';
    case 'half-closed':
      return 'half-close';
    case 'closed':
    case 'failed':
    case 'stopped':
      return 'end';
    case 'note':
      return detail?.kind === 'note' ? kindOfNote(detail) : 'note';
  }
}

/** What was open when a process was killed ended with it. */
function kindOfNote({ note }: Note): StepKind {
  if (note === 'capture-ended-early') return 'end';
  return note === 'proxied' ? 'proxy' : 'note';
}

const failedNotes: readonly Note['note'][] = [
  'certificate-refused',
  'key-log-failed',
  'close-deadline',
  'reply-failed',
  'group-failed',
  'datagram-failed',
  'option-failed',
  'capture-failed',
  'capture-ended-early',
  'damaged',
];

function isFailure(detail: RecordDetail): boolean {
  switch (detail.kind) {
    case 'failed':
      return true;
    case 'resolved':
      return detail.code !== null;
    case 'attempted':
      return detail.outcome === 'failed' || detail.outcome === 'timed-out';
    case 'closed':
      return detail.how === 'reset' && detail.by === 'peer';
    case 'note':
      return failedNotes.includes(detail.note);
    default:
      return false;
  }
}

/** The peer that was connected; before that, whom the attempt was for. */
function peerOf(records: readonly TimelineRecord[]): string {
  const details = records.flatMap(({ detail }) => detail ?? []);
  const opened = details.find((detail) => detail.kind === 'opened');
  if (opened) return opened.remote === null ? '' : formatAddress(opened.remote);
  const failed = details.find((detail) => detail.kind === 'failed');
  if (failed) return failed.host === '' && failed.port === 0 ? '' : formatAddress(failed);
  const attempted = details.find((detail) => detail.kind === 'attempted');
  if (attempted) return formatAddress(attempted.remote);
  return details.find((detail) => detail.kind === 'resolved')?.host ?? '';
}
