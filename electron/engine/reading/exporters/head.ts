/** What a file says of itself before its records: whose they are, which clock, who is who. */
import { escapeLine } from '../../../../shared/payload/format.ts';
import { peerNamesOf } from '../../../../shared/peer-names.ts';
import type { EndpointSettings } from '../../../../shared/settings/settings.ts';
import { formatIso } from '../../../../shared/show/times.ts';
import { nameOf } from '../../../../shared/texts/endpoint-name.ts';
import { texts, type Texts } from '../../../../shared/texts/index.ts';
import { now } from '../../clock.ts';

/** Of the machine that writes. */
export function zoneOf(time: number): string {
  const minutes = -new Date(time).getTimezoneOffset();
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const offset = `UTC${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
  return `${Intl.DateTimeFormat().resolvedOptions().timeZone}, ${offset}`;
}

/** Peers with names in a head. */
const mostNames = 50;

/** `removed`: null where nothing is to be removed. */
type HeadOptions = { filter?: string; removed?: { places: number; records: number } | null; words?: Texts };

/** Lines without controls. `filter`: '' where it shows everything. `url`: where it is reached. */
export function headLines(
  settings: EndpointSettings,
  url: string,
  { filter = '', removed = null, words = texts }: HeadOptions = {},
): string[] {
  const told = words.exporting.head;
  const { names = [] } = peerNamesOf(settings) ?? {};
  const who = names.slice(0, mostNames).map(({ address, name }) => told.peer(name, address));
  return [
    told.what(settings.role, nameOf({ settings, summary: null }), url, formatIso(now())),
    told.times(zoneOf(now())),
    told.signs(settings.role),
    ...(who.length === 0 ? [] : [told.peers(who, names.length - who.length)]),
    ...(filter === '' ? [] : [told.filter(filter)]),
    ...(removed === null ? [] : [told.removed(removed)]),
  ].map(escapeLine);
}
