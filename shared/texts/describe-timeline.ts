import { escapeLine } from '../message-text.ts';
import type { Timeline, TimelineStep } from '../timeline.ts';
import { formatDifference, formatDuration, formatIso } from '../times.ts';
import { describeRecord } from './describe-record.ts';
import { en, type Texts } from './en.ts';

/** One sentence without a full stop; what came from outside cannot hide in it. `peer`: the timeline's. */
export function describeStep({ kind, detail }: TimelineStep, peer: string, texts: Texts = en): string {
  const words = texts.timeline;
  if (kind === 'first-sent') return escapeLine(words.firstSent(peer));
  if (kind === 'first-received') return escapeLine(words.firstReceived(peer));
  return detail === null ? words.unreadable : escapeLine(describeRecord(detail, peer, texts));
}

/** How long a step took, that it goes on, or '' for a moment. */
export function formatSpan({ durationMs, isGoingOn }: TimelineStep, texts: Texts = en): string {
  if (durationMs !== null) return formatDuration(durationMs);
  return isGoingOn ? texts.timeline.goesOn : '';
}

/** A line per step: when it began, how long it took, and what it was. The first line names the peer and the time. */
export function formatTimeline({ peer, start, steps, omitted }: Timeline, texts: Texts = en): string {
  const lines = steps.map((step) => {
    const span = formatSpan(step, texts);
    const sign = step.isFailure ? '✕ ' : '';
    return `${formatDifference(step.time - start).padStart(9)} ${span.padStart(8)}  ${sign}${describeStep(step, peer, texts)}`;
  });
  const heading = [formatIso(start), escapeLine(peer)].filter(Boolean).join(' ');
  return [heading, ...lines, ...(omitted > 0 ? [texts.timeline.omitted(omitted)] : [])].join('\n');
}
