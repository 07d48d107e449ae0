/** The framings of an endpoint's settings. */
import type { FramingSettings } from '../settings/settings.ts';
import type { Framing } from './framer.ts';
import { parseFraming } from './spec.ts';

/** Of settings that were checked; null where nothing is cut. */
export function framingOf(written: string): Framing | null {
  const read = written === '' ? null : parseFraming(written);
  return read?.ok ? read.framing : null;
}

/** Null where all can be read. */
export function unreadableIn(settings: FramingSettings): keyof FramingSettings | null {
  const isUnreadable = (spec: string): boolean => spec !== '' && !parseFraming(spec).ok;
  return (['received', 'sent'] as const).find((each) => isUnreadable(settings[each])) ?? null;
}
