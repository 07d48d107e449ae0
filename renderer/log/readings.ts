/** The ways to read a capture, in the order of the toolbar's switch. */
import type { Reading } from '../../shared/frames.ts';
import type { FramingSettings } from '../../shared/settings/settings.ts';
import type { Capabilities } from '../../shared/settings/transports.ts';
import { texts } from '../../shared/texts/index.ts';

/** Of a transport with boundaries of its own, a chunk is a datagram, and a message. */
export function readingChoices({
  hasBoundaries,
}: Capabilities): { value: Reading; label: string; why: string }[] {
  const { chunks, frames, datagrams } = texts.log.readings;
  if (hasBoundaries) return [{ value: 'chunks', ...datagrams }];
  return [
    { value: 'chunks', ...chunks },
    { value: 'frames', ...frames },
  ];
}

/** In short, for a button. */
export function framingName({ received, sent }: FramingSettings): string {
  const { setUp } = texts.framing;
  const name = (spec: string) => spec || setUp.unset;
  return received === sent ? name(received) : setUp.differs(name(received), name(sent));
}
