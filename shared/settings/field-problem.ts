/** What is wrong with one field of settings. Words are in `shared/texts/` under `errors`. */
import { highestPort, type HostProblemCode } from '../address.ts';
import type { HexProblemCode } from '../payload/message-hex.ts';
import type { TextProblemCode } from '../payload/message-text.ts';

type GroupField<Group extends string, Name extends string> = `${Group}.${Name}`;

/** A field's path in `EndpointSettings`. */
export type SettingsField =
  | 'name'
  | 'host'
  | 'port'
  | 'path'
  | 'backlog'
  | 'maxConnections'
  | 'afterPeerFinishes'
  | 'connectTimeoutMs'
  | 'localHost'
  | 'localPort'
  | GroupField<'reconnect', 'delayMs' | 'growth' | 'maxDelayMs'>
  | GroupField<'options', 'keepAliveDelayMs' | 'idleTimeoutMs' | 'highWaterBytes'>
  | GroupField<'tls', 'alpn' | 'maxVersion' | 'ciphers' | 'handshakeTimeoutMs' | 'servername'>
  | GroupField<
      'udp',
      'ttl' | 'multicastTtl' | 'multicastInterface' | 'receiveBufferBytes' | 'sendBufferBytes'
    >
  | `udp.groups.${number}.${'group' | 'interfaceAddress' | 'source'}`
  | GroupField<'proxy', 'host' | 'port' | 'username' | 'password'>
  | GroupField<'reply', 'prefix' | 'fixed' | 'greeting' | 'http.status' | 'http.headers' | 'http.body'>
  | `reply.rules.${number}.${'pattern' | 'reply' | 'delayMs' | 'note'}`;

export type SettingsProblemCode =
  | HostProblemCode
  | TextProblemCode
  | HexProblemCode
  | 'name-too-long'
  | 'name-control'
  | 'number-not-whole'
  | 'number-range'
  | 'choice-unknown'
  | 'local-family'
  | 'delay-above-most'
  | 'path-empty'
  | 'path-too-long'
  | 'path-character'
  | 'tls-versions'
  | 'alpn-name'
  | 'ciphers-character'
  | 'servername-address'
  | 'group-not-multicast'
  | 'source-family'
  | 'text-too-long'
  | 'pattern-empty'
  | 'pattern-regex'
  | 'pattern-groups'
  | 'pattern-hex'
  | 'http-header';

/** `start`, `end`: place in a text field's value; 0, 0 for others. `min`, `max`: bounds of 'number-range', else null. */
export type FieldProblem = {
  field: SettingsField;
  code: SettingsProblemCode;
  start: number;
  end: number;
  min: number | null;
  max: number | null;
  /** As in `Problem`. */
  character?: string;
};

export const portBounds = { min: 0, max: highestPort };

export const fieldProblem = (
  field: SettingsField,
  code: SettingsProblemCode,
  end = 0,
  start = 0,
): FieldProblem => ({
  field,
  code,
  start,
  end,
  min: null,
  max: null,
});

/** Empty for a number within its bounds, both ends allowed; `whole`: without a fraction. */
export function checkFieldNumber(
  field: SettingsField,
  value: number,
  { min, max }: { min: number; max: number },
  whole = true,
): FieldProblem[] {
  if (
    typeof value !== 'number' ||
    Number.isNaN(value) ||
    (whole && Number.isFinite(value) && !Number.isInteger(value))
  )
    return [fieldProblem(field, 'number-not-whole')];
  return value < min || value > max ? [{ ...fieldProblem(field, 'number-range'), min, max }] : [];
}
