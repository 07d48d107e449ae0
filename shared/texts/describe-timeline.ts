import { formatAddress } from '../address.ts';
import { escapeLine } from '../payload/format.ts';
import type { RecordDetail } from '../records.ts';
import type { Timeline, TimelineStep } from '../timeline.ts';
import { formatDifference, formatDuration, formatIso } from '../show/times.ts';
import { describeRecord } from './describe-record.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';

/** One sentence without a full stop; what came from outside cannot hide in it. `timeline`: of which it is a step. */
export function describeStep(step: TimelineStep, timeline: Timeline, texts: Texts = chosen): string {
  return escapeLine(sentenceOf(step, timeline, texts));
}

function sentenceOf(
  { kind, detail, message }: TimelineStep,
  { peer, steps }: Timeline,
  texts: Texts,
): string {
  const words = texts.timeline;
  if (kind === 'first-sent') return words.firstSent(peer);
  if (kind === 'first-received') return words.firstReceived(peer);
  if (message) return words.messages[message.by](words.messageNames[message.name] ?? message.name);
  if (detail === null) return words.unreadable;
  // The record tells of the pause when it is over; the step stands where it began.
  if (detail.kind === 'note' && detail.note === 'resumed') return texts.records.paused[detail.why](peer);
  if (detail.kind === 'attempted' && detail.outcome === 'abandoned') {
    const isBeaten = steps.some((each) => hasConnected(each.detail));
    const why = isBeaten ? words.beaten : words.cancelled;
    return words.gaveUp(formatAddress(detail.remote), formatDuration(detail.durationMs), why);
  }
  return describeRecord(detail, peer, texts);
}

const hasConnected = (detail: RecordDetail | null): boolean =>
  detail?.kind === 'attempted' && detail.outcome === 'connected';

/** How long a step took, that it goes on, or '' for a moment. */
export function formatSpan({ durationMs, isGoingOn }: TimelineStep, texts: Texts = chosen): string {
  if (durationMs !== null) return formatDuration(durationMs);
  return isGoingOn ? texts.timeline.goesOn : '';
}

/** A line per step: when it began, how long it took, and what it was. The first line names the peer and the time. */
export function formatTimeline(timeline: Timeline, texts: Texts = chosen): string {
  const { peer, start, steps, omitted } = timeline;
  const lines = steps.map((step) => {
    const span = formatSpan(step, texts);
    const sign = step.isFailure ? '✕ ' : '';
    return `${formatDifference(step.time - start).padStart(9)} ${span.padStart(8)}  ${sign}${describeStep(step, timeline, texts)}`;
  });
  const heading = [formatIso(start), escapeLine(peer)].filter(Boolean).join(' ');
  return [heading, ...lines, ...(omitted > 0 ? [texts.timeline.omitted(omitted)] : [])].join('\n');
}
