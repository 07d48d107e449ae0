/** The ways to read a capture, in the order of the toolbar's switch. */
import type { LogReading } from '../../shared/frames.ts';
import type { FramingSettings } from '../../shared/settings/settings.ts';
import type { Capabilities } from '../../shared/settings/transports.ts';
import { texts } from '../../shared/texts/index.ts';

/** Of a transport with boundaries of its own, a chunk is a datagram, and a message. */
export function readingChoices({
  hasBoundaries,
}: Capabilities): { value: LogReading; label: string; why: string }[] {
  const { chunks, frames, datagrams, stream } = texts.log.readings;
  return [
    ...(hasBoundaries
      ? [{ value: 'chunks' as const, ...datagrams }]
      : [
          { value: 'chunks' as const, ...chunks },
          { value: 'frames' as const, ...frames },
        ]),
    { value: 'stream', ...stream },
  ];
}

/** In short, for a button. */
export function framingName({ received, sent }: FramingSettings): string {
  const { setUp } = texts.framing;
  const name = (spec: string) => spec || setUp.unset;
  return received === sent ? name(received) : setUp.differs(name(received), name(sent));
}
