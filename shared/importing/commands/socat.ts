/** socat(1): one address of the network, and beside it this terminal or a program that gives back what it reads. */
import { defaultReply } from '../../settings/reply.ts';
import { defaultClient, defaultListener } from '../../settings/endpoint.ts';
import type {
  ClientSettings,
  EndpointSettings,
  ListenerSettings,
  Transport,
} from '../../settings/settings.ts';
import type { RefusalCode } from '../brought.ts';
import type { Word } from '../shell-words.ts';
import { tableOf, takeOptions, unneeded, unneededValue } from './options.ts';
import {
  bring,
  hostIn,
  millisecondsIn,
  portIn,
  refuserOf,
  withCarriageReturns,
  type Program,
  type Run,
} from './program.ts';

const table = tableOf<null>({
  '-d -D -v -x -u -U -s -g -4 -6 -h -V -S': unneeded,
  '-b -t -T -l -r -R -L -W': unneededValue,
});

type Address = {
  at: number;
  text: string;
  type: string;
  values: string[];
  options: [string, string | null][];
};

/** `TYPE:value:value,option,option=value`; a backslash or quotes take a separator's meaning away. */
function addressOf({ text, at }: Word): Address {
  const pieces = splitBare(text, ',');
  const [type = '', ...values] = splitBare(pieces[0] ?? '', ':').map(bare);
  const options = pieces.slice(1).map((piece): [string, string | null] => {
    const equals = piece.indexOf('=');
    return equals < 0 ? [bare(piece), null] : [bare(piece.slice(0, equals)), bare(piece.slice(equals + 1))];
  });
  return { at, text, type: type.toUpperCase(), values, options };
}

const bare = (text: string): string => text.replaceAll(/\\([^])|["']/g, '$1');

function splitBare(text: string, separator: string): string[] {
  const pieces: string[] = [];
  const form = /\\[^]|"[^"]*"|'[^']*'|\[[^\]]*\]|[^]/gy;
  let from = 0;
  for (const { 0: piece, index } of text.matchAll(form))
    if (piece === separator) {
      pieces.push(text.slice(from, index));
      from = index + 1;
    }
  return [...pieces, text.slice(from)];
}

type Network = { transport: Transport; isListener: boolean; family: '' | '4' | '6' };
const kinds: Readonly<Record<string, Transport>> = {
  TCP: 'tcp',
  UDP: 'udp',
  OPENSSL: 'tls',
  SSL: 'tls',
  UNIX: 'unix',
};

function networkOf(type: string): Network | null {
  const form =
    /^(TCP|UDP|OPENSSL|SSL|UNIX)([46])?(?:-(CONNECT|LISTEN|L|RECV|RECVFROM|SENDTO|DATAGRAM|CLIENT))?$/;
  const [, kind, family = '', verb = 'CONNECT'] = form.exec(type) ?? [];
  if (kind === undefined || (kind === 'UNIX' && /^(?:RECV|SENDTO|CLIENT|DATAGRAM)/.test(verb))) return null;
  return { transport: kinds[kind]!, isListener: /^(?:L|RECV)/.test(verb), family: family as '' | '4' | '6' };
}

const isTerminal = ({ type }: Address): boolean => /^(?:-|STDIO|STDIN|STDOUT|READLINE)$/.test(type);
const isEcho = ({ type, values }: Address): boolean =>
  type === 'PIPE' ||
  (/^(?:EXEC|SYSTEM|SHELL)$/.test(type) && /^(?:\/(?:usr\/)?bin\/)?cat$/.test(values.join(':')));

const mostAddress = 4096;

export const socat: Program = (run) => {
  const words = takeOptions(run.words, table, null, refuserOf(run));
  const { finds } = run;
  if (words.length < 2) return finds.refuse('target-missing', run.at, 'socat');
  for (const { text, at } of words.slice(2)) finds.refuse('operand-extra', at, text);
  const long = words.find(({ text }) => text.length > mostAddress);
  if (long !== undefined) return finds.refuse('option-value', long.at, long.text);
  const addresses = words.slice(0, 2).map(addressOf);
  const networks = addresses.filter((address) => networkOf(address.type) || isProxied(address));
  if (networks.length > 1) return finds.refuse('program-between', run.at, 'socat');
  const [far] = networks;
  const near = addresses.find((address) => address !== far)!;
  if (far === undefined) return finds.refuse('target-missing', addresses[1]!.at, addresses[1]!.type);
  if (!isTerminal(near) && !isEcho(near))
    finds.refuse(
      /^(?:EXEC|SYSTEM|SHELL)$/.test(near.type) ? 'program-runs' : 'option-file',
      near.at,
      near.text,
    );
  const hasCarriageReturns = near.options.some(([name]) => /^cr(?:nl|lf)$/.test(name));
  const input = run.input !== null && hasCarriageReturns ? withCarriageReturns(run.input) : run.input;
  const settings = isProxied(far) ? throughProxy(far) : endpointOf(far, networkOf(far.type)!);
  if (settings === null) return finds.refuse('option-value', far.at, far.text);
  if (isEcho(near) && settings.role === 'listener') settings.reply.kind = 'echo';
  for (const option of far.options) take(run, far, settings, option);
  bring(run, 'socat', settings, input);
};

const isProxied = ({ type }: Address): boolean => /^(?:PROXY|SOCKS5)(?:-CONNECT)?$/.test(type);

/** `PROXY:proxy:host:port,proxyport=…`, `SOCKS5:proxy[:port]:host:port`. */
function throughProxy({ type, values, options }: Address): ClientSettings | null {
  const isHttp = type.startsWith('PROXY');
  const named = options.find(([name]) => /^(?:proxyport|socksport)$/.test(name))?.[1];
  const own = values.length === 4 ? values[1]! : (named ?? (isHttp ? '8080' : '1080'));
  const [proxyPort, port] = [portIn(own), portIn(values.at(-1) ?? '')];
  if (values.length < 3 || values.length > 4 || proxyPort === null || port === null) return null;
  const [username = '', password = ''] =
    options.find(([name]) => name === 'proxyauth')?.[1]?.split(':') ?? [];
  return {
    ...defaultClient(),
    host: hostIn(values.at(-2)!),
    port,
    proxy: {
      kind: isHttp ? 'http' : 'socks5',
      host: hostIn(values[0]!),
      port: proxyPort,
      username,
      password,
    },
  };
}

function endpointOf(
  { values }: Address,
  { transport, isListener, family }: Network,
): EndpointSettings | null {
  const base = isListener ? { ...defaultListener(), reply: defaultReply() } : defaultClient();
  const isPath = kinds['UNIX'] === transport;
  if (isPath) return values.length === 1 ? { ...base, transport, path: values[0]! } : null;
  const port = portIn(values.at(-1) ?? '', isListener);
  if (port === null || values.length !== (isListener ? 1 : 2)) return null;
  const any = { '': '', '4': '0.0.0.0', '6': '::' }[family];
  return { ...base, transport, port, host: isListener ? any : hostIn(values[0]!) };
}

const unneededNames =
  /^(?:fork|reuseaddr|so-reuseaddr|reuseport|nonblock|unlink-early|unlink-close|proxyport|socksport|proxyauth|pf|crnl|crlf|shut-(?:none|down|close|null)|ignoreeof)$/;
const fileNames = /^(?:cert|certificate|key|cafile|capath|dhparams?)$/;

/** An option of the address; what it is not known here is told. */
function take(
  run: Run,
  { at }: Address,
  settings: EndpointSettings,
  [name, text]: [string, string | null],
): void {
  const low = name.toLowerCase();
  if (unneededNames.test(low)) return;
  const code = fileNames.test(low) ? 'option-file' : known(low, text ?? '', settings);
  if (code !== undefined) run.finds.refuse(code, at, text === null ? name : `${name}=${text}`);
}

function known(name: string, text: string, settings: EndpointSettings): RefusalCode | undefined {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : null;
  switch (name) {
    case 'bind':
      return bindTo(text, settings);
    case 'broadcast':
    case 'so-broadcast':
      settings.udp.broadcast = text !== '0';
      return undefined;
    case 'ip-add-membership': {
      const [group = '', interfaceAddress = ''] = text.split(':');
      const isAddress = /^[\d.]*$/.test(interfaceAddress);
      settings.udp.groups.push({ group, interfaceAddress: isAddress ? interfaceAddress : '', source: '' });
      return isAddress ? undefined : 'option-elsewhere';
    }
    case 'max-children':
      return settings.role === 'listener' && number !== null ? ofListener(settings, number) : 'option-value';
  }
  return settings.role === 'client' ? ofClient(name, text, settings) : 'option-elsewhere';
}

function ofListener(settings: ListenerSettings, most: number): undefined {
  settings.maxConnections = most;
}

function bindTo(text: string, settings: EndpointSettings): RefusalCode | undefined {
  const [, host = '', digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  const port = digits === undefined ? null : portIn(digits, true);
  if (host === '' && port === null) return 'option-value';
  if (settings.role === 'listener') settings.host = hostIn(host);
  else
    Object.assign(settings, {
      localHost: host === '' ? '' : hostIn(host),
      localPort: port ?? settings.localPort,
    });
  return undefined;
}

function ofClient(name: string, text: string, settings: ClientSettings): RefusalCode | undefined {
  switch (name) {
    case 'sp':
    case 'sourceport': {
      const port = portIn(text);
      if (port === null) return 'option-value';
      settings.localPort = port;
      return undefined;
    }
    case 'verify':
    case 'openssl-verify':
      settings.tls.verify = text !== '0';
      return undefined;
    case 'snihost':
    case 'openssl-snihost':
    case 'commonname':
    case 'cn':
      settings.tls.servername = text;
      return undefined;
    case 'cipher':
    case 'ciphers':
      settings.tls.ciphers = text;
      return undefined;
    case 'connect-timeout': {
      const ms = millisecondsIn(text);
      if (ms === null) return 'option-value';
      settings.connectTimeoutMs = Math.max(1, ms);
      return undefined;
    }
    case 'forever':
      settings.reconnect.enabled = true;
      return undefined;
    default:
      return 'option-elsewhere';
  }
}
