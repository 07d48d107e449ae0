/** What stands on an arrow, or beside a mark, of a sequence diagram: short, in one line, and nothing of it acts. */
import { asUtf8, type TextReading } from '../encodings/reading.ts';
import { escapeLine, formatHex } from '../payload/format.ts';
import type { RecordDetail } from '../records.ts';
import { escapedLines } from '../show/escaped-lines.ts';
import { looksBinary } from '../show/preview.ts';
import { formatBytes } from '../show/sizes.ts';
import { describeBesidePeer, texts as chosen, type Texts } from '../texts/index.ts';

/** Of a payload: more never fits. */
export const labelBytes = 128;

/** `bytes`: its first ones. `said`: what it says, as decoded; '' where nobody knows. `amiss`: '' for nothing. */
export type LabelledPayload = {
  bytes: Uint8Array;
  length: number;
  reading?: TextReading;
  said?: string;
  amiss?: string | null;
};

/** `43 B  GET / HTTP/1.1\r\n` */
export function payloadLabel({ bytes, length, reading = asUtf8, said = '', amiss }: LabelledPayload): string {
  const told = amiss ? `(${amiss}) ` : '';
  return `${formatBytes(length)}  ${told}${said === '' ? shownBytes(bytes, length, reading) : escapeLine(said)}`.trimEnd();
}

function shownBytes(bytes: Uint8Array, length: number, reading: TextReading): string {
  const some = bytes.subarray(0, labelBytes);
  const isCut = some.length < length;
  const shown = looksBinary(some, length, reading)
    ? formatHex(some)
    : escapedLines(some, reading, isCut).lines.join('');
  return isCut ? `${shown}…` : shown;
}

export function eventLabel(detail: RecordDetail, texts: Texts = chosen): string {
  const { events } = texts.diagram;
  switch (detail.kind) {
    case 'opened':
      if (detail.carried) return events.known;
      return detail.socket === 'datagram' ? events.heardOf : events.connects;
    case 'half-closed':
      return events.finishes;
    case 'closed':
      if (detail.how === 'finish') return events.ends;
      return detail.how === 'reset' ? events.resets : events.closes;
    case 'failed':
      return detail.code === 'ECONNRESET' && detail.during === 'open'
        ? events.resets
        : escapeLine(describeBesidePeer(detail, texts));
    case 'attempted':
      if (detail.outcome === 'timed-out') return events.noAnswer;
      if (detail.outcome === 'failed')
        return escapeLine(detail.code === 'ECONNREFUSED' ? events.refuses : (detail.code ?? events.noAnswer));
  }
  return escapeLine(describeBesidePeer(detail, texts));
}
