/** ncat(1), and nc(1) of OpenBSD and the older one. */
import type { ProxySettings } from '../../settings/proxy.ts';
import { defaultReply } from '../../settings/reply.ts';
import { defaultClient, defaultListener } from '../../settings/endpoint.ts';
import type { ReplyKind, Transport } from '../../settings/settings.ts';
import type { RefusalCode } from '../brought.ts';
import {
  elsewhere,
  elsewhereValue,
  file,
  flag,
  tableOf,
  takeOptions,
  unneeded,
  unneededValue,
  value,
  type OptionTable,
} from './options.ts';
import {
  bring,
  hostIn,
  millisecondsIn,
  portIn,
  proxyIn,
  refuserOf,
  withCarriageReturns,
  type Program,
  type Run,
} from './program.ts';

type State = {
  isListener: boolean;
  isDatagram: boolean;
  isPath: boolean;
  isSecured: boolean;
  isChecked: boolean;
  servername: string;
  alpn: string[];
  ciphers: string;
  hasCarriageReturns: boolean;
  localPort: number | null;
  localHost: string;
  timeoutMs: number | null;
  most: number;
  reply: ReplyKind;
  isBroadcast: boolean;
  family: 4 | 6 | null;
  proxy: string | null;
  proxyKind: ProxySettings['kind'] | null;
  proxyUser: string;
};

const port = value<State>((state, text) => {
  state.localPort = portIn(text, true);
  return state.localPort === null ? 'option-value' : undefined;
});
const source = value<State>((state, text) => void (state.localHost = hostIn(text)));
const wait = value<State>((state, text) => {
  state.timeoutMs = millisecondsIn(text);
  return state.timeoutMs === null ? 'option-value' : undefined;
});
/** A program that gives back what it reads is what a kind of reply does. */
const run = value<State>((state, text) => {
  if (!/^(?:\/(?:usr\/)?bin\/)?cat$/.test(text.trim())) return 'program-runs';
  state.reply = 'echo';
  return undefined;
});
const family = (which: 4 | 6) => flag<State>((state) => void (state.family = which));
const proxyKinds: Readonly<Record<string, ProxySettings['kind']>> = {
  socks5: 'socks5',
  http: 'http',
  '5': 'socks5',
  connect: 'http',
};
const proxyKind = value<State>((state, text): RefusalCode | undefined => {
  state.proxyKind = proxyKinds[text.toLowerCase()] ?? null;
  return state.proxyKind === null ? 'option-elsewhere' : undefined;
});

const common = {
  '-l --listen': flag<State>((state) => void (state.isListener = true)),
  '-u --udp': flag<State>((state) => void (state.isDatagram = true)),
  '-U --unixsock': flag<State>((state) => void (state.isPath = true)),
  '-4': family(4),
  '-6': family(6),
  '-p --source-port': port,
  '-s --source': source,
  '-w --wait': wait,
  '-k --keep-open -v --verbose -n --nodns': unneeded,
  '-i --idle-timeout -d --delay -g -G': elsewhereValue,
  '-t --telnet -z --zero -r': elsewhere,
};
const crlf = flag<State>((state) => void (state.hasCarriageReturns = true));

const ncatTable = tableOf<State>({
  ...common,
  '-C --crlf': crlf,
  '-c --sh-exec -e --exec': run,
  '--lua-exec': value(() => 'program-runs'),
  '-m --max-conns': value((state, text) => {
    state.most = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    return state.most === 0 ? 'option-value' : undefined;
  }),
  '--ssl': flag((state) => void (state.isSecured = true)),
  '--ssl-verify': flag((state) => Object.assign(state, { isSecured: true, isChecked: true }) && undefined),
  '--ssl-servername': value((state, text) => void (state.servername = text)),
  '--ssl-alpn': value((state, text) => void (state.alpn = text.split(','))),
  '--ssl-ciphers': value((state, text) => void (state.ciphers = text)),
  '--ssl-cert --ssl-key --ssl-trustfile --allowfile --denyfile': file,
  '--proxy': value((state, text) => void (state.proxy = text)),
  '--proxy-type': proxyKind,
  '--proxy-auth': value((state, text) => void (state.proxyUser = `${text}@`)),
  '--chat': flag((state) => Object.assign(state, { isListener: true, reply: 'chat' }) && undefined),
  '--send-only --recv-only --no-shutdown --append-output': unneeded,
  '-o --output -x --hex-dump': unneededValue,
  '--broker --sctp --vsock': elsewhere,
  '--allow --deny --proxy-dns -q': elsewhereValue,
});

const ncTable = tableOf<State>({
  ...common,
  '-b': flag((state) => void (state.isBroadcast = true)),
  '-C': crlf,
  '-c -e': run,
  '-N -D -h': unneeded,
  '-q -o': unneededValue,
  '-x': value((state, text) => void (state.proxy = text)),
  '-X': proxyKind,
  '-P': value((state, text) => void (state.proxyUser = `${text}@`)),
  '-F -S -Z -d': elsewhere,
  '-I -O -M -m -T -V -W': elsewhereValue,
});

const usualPort = 31_337;
const netcat =
  (name: string, table: OptionTable<State>, usual: number | null): Program =>
  (own) => {
    const state: State = {
      ...{ isListener: false, isDatagram: false, isPath: false, isSecured: false, isChecked: false },
      ...{ servername: '', alpn: [], ciphers: '', hasCarriageReturns: false, localPort: null, localHost: '' },
      ...{ timeoutMs: null, most: 0, reply: 'none', isBroadcast: false, family: null },
      ...{ proxy: null, proxyKind: null, proxyUser: '' },
    };
    const operands = takeOptions(own.words, table, state, refuserOf(own));
    for (const { text, at } of operands.slice(2)) own.finds.refuse('operand-extra', at, text);
    const texts = operands.slice(0, 2).map(({ text }) => text);
    if (state.hasCarriageReturns && own.input === null) own.finds.refuse('option-elsewhere', own.at, '-C');
    const input = own.input !== null && state.hasCarriageReturns ? withCarriageReturns(own.input) : own.input;
    const place = state.isPath ? pathOf(texts) : placeOf(texts, state, usual);
    if (place === null) return own.finds.refuse('target-missing', own.at, name);
    (state.isListener ? listen : connect)(own, name, state, place, input);
  };

type Place = { host: string; port: number } | { path: string };
const pathOf = ([path]: readonly string[]): Place | null => (path === undefined ? null : { path });

/** A listener may be given its port alone; 0 is any. */
function placeOf(texts: readonly string[], state: State, usual: number | null): Place | null {
  const { isListener, localPort } = state;
  const last = texts.at(-1);
  const hasPort = texts.length === 2 || (isListener && last !== undefined && /^\d+$/.test(last));
  const port = hasPort ? portIn(last!, isListener) : isListener ? (localPort ?? usual) : usual;
  const host = hasPort ? texts.at(-2) : last;
  if (port === null || (host === undefined && !isListener)) return null;
  return { host: hostIn(host ?? state.localHost), port };
}

const transportOf = ({ isPath, isDatagram, isSecured }: State): Transport | null => {
  if (isDatagram) return isPath || isSecured ? null : 'udp';
  if (isPath) return isSecured ? null : 'unix';
  return isSecured ? 'tls' : 'tcp';
};

function listen(run: Run, name: string, state: State, place: Place, input: Uint8Array | null): void {
  const transport = transportOf(state);
  if (transport === null) return run.finds.refuse('program-between', run.at, name);
  const settings = defaultListener();
  const any = state.family === null ? '' : state.family === 4 ? '0.0.0.0' : '::';
  Object.assign(settings, { ...place, transport, maxConnections: state.most });
  if ('host' in place && place.host === '') settings.host = any;
  settings.reply = { ...defaultReply(), kind: state.reply };
  Object.assign(settings.tls, { alpn: state.alpn, ciphers: state.ciphers });
  bring(run, name, settings, input);
}

function connect(run: Run, name: string, state: State, place: Place, input: Uint8Array | null): void {
  const transport = transportOf(state);
  if (transport === null) return run.finds.refuse('program-between', run.at, name);
  const settings = defaultClient();
  Object.assign(settings, { ...place, transport, localHost: state.localHost });
  Object.assign(settings, { localPort: state.localPort ?? 0 });
  if (state.timeoutMs !== null) settings.connectTimeoutMs = Math.max(1, state.timeoutMs);
  settings.udp.broadcast = state.isBroadcast;
  const { servername, alpn, ciphers } = state;
  // Neither program looks at a certificate unless it is told to.
  Object.assign(settings.tls, { servername, alpn, ciphers, verify: !state.isSecured || state.isChecked });
  if (state.proxy !== null) {
    const kind = state.proxyKind ?? (name === 'ncat' ? 'http' : 'socks5');
    const proxy = proxyIn(state.proxyUser + state.proxy, kind, kind === 'http' ? 3128 : 1080);
    if (proxy === null) run.finds.refuse('option-value', run.at, state.proxy);
    else settings.proxy = proxy;
  }
  bring(run, name, settings, input);
}

export const ncat = netcat('ncat', ncatTable, usualPort);
export const nc = netcat('nc', ncTable, null);
