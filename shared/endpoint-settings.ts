/** Settings of new endpoints, and the one check of settings: at the field in the page, again at the engine's door. */
import { highestPort, parseHost, type HostProblemCode } from './address.ts';
import type { ClientSettings, EndpointSettings, ListenerSettings } from './contract.ts';

/** Bounds of every number in settings, and of the name's length in characters. Both ends are allowed. */
export const settingsBounds = {
  name: { min: 0, max: 80 },
  listenerPort: { min: 0, max: highestPort },
  clientPort: { min: 1, max: highestPort },
  localPort: { min: 0, max: highestPort },
  backlog: { min: 1, max: 65_535 },
  maxConnections: { min: 0, max: 1_000_000 },
  connectTimeoutMs: { min: 1, max: 600_000 },
  reconnectDelayMs: { min: 100, max: 3_600_000 },
  reconnectGrowth: { min: 1, max: 10 },
} as const;

export type SettingsField =
  | 'name'
  | 'host'
  | 'port'
  | 'backlog'
  | 'maxConnections'
  | 'reply'
  | 'afterPeerFinishes'
  | 'connectTimeoutMs'
  | 'localHost'
  | 'localPort'
  | 'reconnect.delayMs'
  | 'reconnect.growth'
  | 'reconnect.maxDelayMs';

export type SettingsProblemCode =
  | HostProblemCode
  | 'name-too-long'
  | 'name-control'
  | 'number-not-whole'
  | 'number-range'
  | 'choice-unknown'
  | 'local-family'
  | 'delay-above-most';

/** `start`, `end`: place in a text field's value; 0, 0 for others. `min`, `max`: bounds of 'number-range', else null. */
export type FieldProblem = {
  field: SettingsField;
  code: SettingsProblemCode;
  start: number;
  end: number;
  min: number | null;
  max: number | null;
};

/** A listener on loopback only: opening it to the network is a choice. */
export const defaultListener = (): ListenerSettings => ({
  role: 'listener',
  transport: 'tcp',
  name: '',
  host: '127.0.0.1',
  port: 9000,
  backlog: 511,
  maxConnections: 0,
  reply: 'none',
  afterPeerFinishes: 'finish',
});

export const defaultClient = (): ClientSettings => ({
  role: 'client',
  transport: 'tcp',
  name: '',
  host: '127.0.0.1',
  port: 9000,
  connectTimeoutMs: 10_000,
  localHost: '',
  localPort: 0,
  reconnect: { enabled: false, delayMs: 1_000, growth: 2, maxDelayMs: 60_000 },
  afterPeerFinishes: 'stay',
});

/** What is wrong with settings of the right shape, field by field; empty when they can be used. */
export function checkSettings(settings: EndpointSettings): FieldProblem[] {
  const problems = checkName(settings.name);
  if (settings.afterPeerFinishes !== 'finish' && settings.afterPeerFinishes !== 'stay')
    problems.push(problem('afterPeerFinishes', 'choice-unknown'));
  problems.push(...(settings.role === 'listener' ? checkListener(settings) : checkClient(settings)));
  return problems;
}

function checkListener(settings: ListenerSettings): FieldProblem[] {
  const problems = settings.host === '' ? [] : checkHost('host', settings.host, true);
  problems.push(
    ...checkNumber('port', settings.port, settingsBounds.listenerPort),
    ...checkNumber('backlog', settings.backlog, settingsBounds.backlog),
    ...checkNumber('maxConnections', settings.maxConnections, settingsBounds.maxConnections),
  );
  if (settings.reply !== 'none' && settings.reply !== 'echo')
    problems.push(problem('reply', 'choice-unknown'));
  return problems;
}

function checkClient(settings: ClientSettings): FieldProblem[] {
  const { reconnect } = settings;
  const problems = [
    ...checkHost('host', settings.host, true),
    ...checkNumber('port', settings.port, settingsBounds.clientPort),
    ...checkNumber('connectTimeoutMs', settings.connectTimeoutMs, settingsBounds.connectTimeoutMs),
    ...(settings.localHost === '' ? [] : checkHost('localHost', settings.localHost, false)),
    ...checkNumber('localPort', settings.localPort, settingsBounds.localPort),
    ...checkNumber('reconnect.delayMs', reconnect.delayMs, settingsBounds.reconnectDelayMs),
    ...checkNumber('reconnect.growth', reconnect.growth, settingsBounds.reconnectGrowth, false),
    ...checkNumber('reconnect.maxDelayMs', reconnect.maxDelayMs, settingsBounds.reconnectDelayMs),
  ];
  if (problems.length > 0) return problems;
  const remote = parseHost(settings.host);
  const local = settings.localHost === '' ? null : parseHost(settings.localHost);
  if (remote.ok && remote.kind !== 'name' && local?.ok && local.kind !== remote.kind)
    problems.push(problem('localHost', 'local-family', settings.localHost.length));
  if (reconnect.delayMs > reconnect.maxDelayMs)
    problems.push(problem('reconnect.maxDelayMs', 'delay-above-most'));
  return problems;
}

const problem = (field: SettingsField, code: SettingsProblemCode, end = 0): FieldProblem => ({
  field,
  code,
  start: 0,
  end,
  min: null,
  max: null,
});

function checkName(name: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if ([...name].length > settingsBounds.name.max)
    problems.push({ ...problem('name', 'name-too-long', name.length), max: settingsBounds.name.max });
  const control = name.search(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  if (control >= 0) problems.push({ ...problem('name', 'name-control', control + 1), start: control });
  return problems;
}

function checkHost(field: 'host' | 'localHost', host: string, nameAllowed: boolean): FieldProblem[] {
  const parsed = parseHost(host);
  if (!parsed.ok) return [{ field, ...parsed.problem, min: null, max: null }];
  return parsed.kind === 'name' && !nameAllowed ? [problem(field, 'host-not-an-address', host.length)] : [];
}

function checkNumber(
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
    return [problem(field, 'number-not-whole')];
  return value < min || value > max ? [{ ...problem(field, 'number-range'), min, max }] : [];
}
