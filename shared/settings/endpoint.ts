/** Settings of new endpoints, and the one check of settings: at the field in the page, again at the engine's door. */
import { highestPort, parseKeptHost } from '../address.ts';
import type { ClientSettings, EndpointSettings, ListenerSettings } from './settings.ts';
import { checkFieldNumber, fieldProblem, type FieldProblem } from './field-problem.ts';
import {
  checkOptions,
  checkProxy,
  checkReply,
  checkTls,
  checkUdp,
  defaultClientTls,
  defaultListenerTls,
  defaultOptions,
  defaultProxy,
  defaultReply,
  defaultUdp,
} from './groups.ts';

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
  /** unix(7): sun_path has 108 bytes, the last one a zero. */
  pathBytes: { min: 1, max: 107 },
} as const;

/** A listener on loopback only: opening it to the network is a choice. */
export const defaultListener = (): ListenerSettings => ({
  role: 'listener',
  transport: 'tcp',
  name: '',
  host: '127.0.0.1',
  port: 9000,
  path: '',
  backlog: 511,
  maxConnections: 0,
  afterPeerFinishes: 'finish',
  reply: defaultReply(),
  options: defaultOptions(),
  tls: defaultListenerTls(),
  udp: defaultUdp(),
});

export const defaultClient = (): ClientSettings => ({
  role: 'client',
  transport: 'tcp',
  name: '',
  host: '127.0.0.1',
  port: 9000,
  path: '',
  connectTimeoutMs: 10_000,
  localHost: '',
  localPort: 0,
  reconnect: { enabled: false, delayMs: 1_000, growth: 2, maxDelayMs: 60_000 },
  afterPeerFinishes: 'stay',
  options: defaultOptions(),
  tls: defaultClientTls(),
  udp: defaultUdp(),
  proxy: defaultProxy(),
});

/** What is wrong with settings of the right shape, field by field; empty when they can be used. */
export function checkSettings(settings: EndpointSettings): FieldProblem[] {
  const problems = checkName(settings.name);
  if (settings.afterPeerFinishes !== 'finish' && settings.afterPeerFinishes !== 'stay')
    problems.push(fieldProblem('afterPeerFinishes', 'choice-unknown'));
  problems.push(
    ...(settings.role === 'listener' ? checkListener(settings) : checkClient(settings)),
    ...checkOptions(settings.options),
    ...checkTls(settings.tls),
    ...checkUdp(settings.udp),
  );
  return problems;
}

function checkListener(settings: ListenerSettings): FieldProblem[] {
  const problems = settings.host === '' ? [] : checkHost('host', settings.host, true);
  problems.push(
    ...checkFieldNumber('port', settings.port, settingsBounds.listenerPort),
    ...checkFieldNumber('backlog', settings.backlog, settingsBounds.backlog),
    ...checkFieldNumber('maxConnections', settings.maxConnections, settingsBounds.maxConnections),
  );
  if (settings.transport === 'unix') problems.push(...checkPath(settings.path));
  problems.push(...checkReply(settings.reply));
  return problems;
}

function checkClient(settings: ClientSettings): FieldProblem[] {
  const { reconnect } = settings;
  const problems = [
    ...(settings.transport === 'unix' ? checkPath(settings.path) : checkHost('host', settings.host, true)),
    ...checkFieldNumber('port', settings.port, settingsBounds.clientPort),
    ...checkFieldNumber('connectTimeoutMs', settings.connectTimeoutMs, settingsBounds.connectTimeoutMs),
    ...(settings.localHost === '' ? [] : checkHost('localHost', settings.localHost, false)),
    ...checkFieldNumber('localPort', settings.localPort, settingsBounds.localPort),
    ...checkFieldNumber('reconnect.delayMs', reconnect.delayMs, settingsBounds.reconnectDelayMs),
    ...checkFieldNumber('reconnect.growth', reconnect.growth, settingsBounds.reconnectGrowth, false),
    ...checkFieldNumber('reconnect.maxDelayMs', reconnect.maxDelayMs, settingsBounds.reconnectDelayMs),
  ];
  problems.push(...checkProxy(settings.proxy));
  if (problems.length > 0 || settings.transport === 'unix') return problems;
  const remote = parseKeptHost(settings.host);
  const local = settings.localHost === '' ? null : parseKeptHost(settings.localHost);
  if (remote.ok && remote.kind !== 'name' && local?.ok && local.kind !== remote.kind)
    problems.push(fieldProblem('localHost', 'local-family', settings.localHost.length));
  if (reconnect.delayMs > reconnect.maxDelayMs)
    problems.push(fieldProblem('reconnect.maxDelayMs', 'delay-above-most'));
  return problems;
}

function checkName(name: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if ([...name].length > settingsBounds.name.max)
    problems.push({ ...fieldProblem('name', 'name-too-long', name.length), max: settingsBounds.name.max });
  const control = name.search(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  if (control >= 0) problems.push({ ...fieldProblem('name', 'name-control', control + 1), start: control });
  return problems;
}

function checkHost(field: 'host' | 'localHost', host: string, nameAllowed: boolean): FieldProblem[] {
  const parsed = parseKeptHost(host);
  if (!parsed.ok) return [{ field, ...parsed.problem, min: null, max: null }];
  return parsed.kind === 'name' && !nameAllowed
    ? [fieldProblem(field, 'host-not-an-address', host.length)]
    : [];
}

/** A named pipe of Windows has its own form and no such limit; a path that begins with a zero would be abstract. */
function checkPath(path: string): FieldProblem[] {
  if (path === '') return [fieldProblem('path', 'path-empty')];
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const strange = path.search(/[\u0000-\u001f\u007f]/);
  if (strange >= 0) return [fieldProblem('path', 'path-character', strange + 1, strange)];
  if (/^[\\/]{2}[.?][\\/]pipe[\\/]/i.test(path)) return [];
  const { max } = settingsBounds.pathBytes;
  const isLong = new TextEncoder().encode(path).length > max;
  return isLong ? [{ ...fieldProblem('path', 'path-too-long', path.length), max }] : [];
}
