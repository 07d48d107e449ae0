/** Checks of settings fields: the one rule of `shared/settings/endpoint.ts`, as a sentence at the field. */
import { parseHost, parsePort, type PortProblem } from '../../shared/address.ts';
import type {
  ClientSettings,
  EndpointSettings,
  ListenerSettings,
  ClientTls,
  ListenerTls,
  UdpSettings,
} from '../../shared/settings/settings.ts';
import { checkSettings } from '../../shared/settings/endpoint.ts';
import type { SettingsField } from '../../shared/settings/paths.ts';
import { explainProblem } from '../../shared/texts/index.ts';
import { strangerIn } from '../../shared/typed.ts';

/**
 * What is wrong with one field of these settings, as a sentence; null when nothing is. `typed` is what a number was read
 * of: a character in it that nobody sees is named.
 */
export function problemOf(settings: EndpointSettings, field: SettingsField, typed = ''): string | null {
  const problem = checkSettings(settings).find((each) => each.field === field);
  const character = problem?.character ?? strangerIn(typed);
  return problem ? explainProblem({ ...problem, character }) : null;
}

/**
 * What is wrong once the field of `before` is as in `after`: with that field, or with another one that it contradicts.
 * `typed` as in `problemOf`.
 */
export function problemAfter(
  before: EndpointSettings,
  after: EndpointSettings,
  field: SettingsField,
  typed = '',
): string | null {
  const problem = problemOf(after, field, typed);
  if (problem !== null) return problem;
  const known = new Set(checkSettings(before).map((each) => each.field));
  const other = checkSettings(after).find((each) => !known.has(each.field));
  return other ? explainProblem(other) : null;
}

/** As `checkPort`, of a host. */
export function checkHost(
  text: string,
  field: 'host' | 'localHost',
  withHost: (host: string) => EndpointSettings,
  emptyIsAny: boolean,
): string | null {
  if (emptyIsAny && text.trim() === '') return null;
  const parsed = parseHost(text);
  return parsed.ok ? problemOf(withHost(parsed.host), field) : explainProblem(parsed.problem);
}

/** A port as typed; '' counts as 0 where any port will do. */
export function readPort(text: string, emptyIsAny: boolean): { port: number } | { problem: PortProblem } {
  if (emptyIsAny && text.trim() === '') return { port: 0 };
  const parsed = parsePort(text);
  return parsed.ok ? { port: parsed.port } : { problem: parsed.problem };
}

export function checkPort(
  text: string,
  field: 'port' | 'localPort',
  withPort: (port: number) => EndpointSettings,
  emptyIsAny: boolean,
): string | null {
  const read = readPort(text, emptyIsAny);
  return 'problem' in read ? explainProblem(read.problem) : problemOf(withPort(read.port), field);
}

/** A host as typed, without the brackets and blanks that people paste along, and with full-width forms as ASCII. */
export function readHost(text: string): string {
  const parsed = parseHost(text);
  return parsed.ok ? parsed.host : text.trim();
}

/** Where an endpoint listens, or connects to. */
export type Where = Pick<EndpointSettings, 'transport' | 'host' | 'port' | 'path'>;
/** Takes changed settings to the engine. */
export type Update = (settings: EndpointSettings) => void;
export type CommonTls = Pick<ListenerTls, keyof ListenerTls & keyof ClientTls>;

export const withUdp = (settings: EndpointSettings, part: Partial<UdpSettings>): EndpointSettings => ({
  ...settings,
  udp: { ...settings.udp, ...part },
});

export const withTls = (settings: EndpointSettings, part: Partial<CommonTls>): EndpointSettings =>
  settings.role === 'listener'
    ? ({ ...settings, tls: { ...settings.tls, ...part } } satisfies ListenerSettings)
    : ({ ...settings, tls: { ...settings.tls, ...part } } satisfies ClientSettings);
