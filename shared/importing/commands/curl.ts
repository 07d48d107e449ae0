/** curl(1): its requests as messages, and whom it sends them to as clients. */
import { toBase64 } from '../../payload/base64.ts';
import { decodeEscaped, encodeEscaped } from '../../payload/escaped-utf8.ts';
import { joinBytes } from '../../payload/join.ts';
import type { TlsVersion } from '../../certificates.ts';
import { defaultClient } from '../../settings/endpoint.ts';
import type { ClientSettings, Transport } from '../../settings/settings.ts';
import { writtenOf, nameOf } from '../brought.ts';
import { httpRequest } from '../http-request.ts';
import type { Word } from '../shell-words.ts';
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
} from './options.ts';
import { bring, hostIn, millisecondsIn, portIn, proxyIn, refuserOf, targetOf, type Run } from './program.ts';

type State = {
  settings: ClientSettings;
  urls: string[];
  headers: [string, string][];
  method: string | null;
  data: Uint8Array[];
  isHead: boolean;
  /** The data is the query of a GET. */
  isGet: boolean;
  isJson: boolean;
  isGlobOff: boolean;
  user: string | null;
  agent: string | null;
  referer: string | null;
  cookies: string[];
  isCompressed: boolean;
  range: string | null;
  /** Where a host and port are found instead, of `--resolve` and `--connect-to`. */
  places: Map<string, string>;
};

const versions: Readonly<Record<string, TlsVersion>> = {
  '1.0': 'TLSv1',
  '1.1': 'TLSv1.1',
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3',
};
const encode = (text: string): Uint8Array => encodeEscaped(text);

/** `@file` is read by curl alone. */
const data = value<State>(({ data: pieces }, text) => {
  if (text.startsWith('@')) return 'option-file';
  pieces.push(encode(text));
  return undefined;
});

const isUnreserved = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(/[\w.~-]/.test(String.fromCharCode(byte))),
);
const hexDigits = encode('0123456789ABCDEF');

/** RFC 3986 2.3, with a plus for a blank, as curl escapes. */
function percent(text: string): Uint8Array {
  const bytes = encode(text);
  const escaped = new Uint8Array(bytes.length * 3);
  let length = 0;
  for (const byte of bytes) {
    if (byte === 0x20) escaped[length++] = 0x2b;
    else if (isUnreserved[byte] === 1) escaped[length++] = byte;
    else {
      escaped[length++] = 0x25;
      escaped[length++] = hexDigits[byte >> 4]!;
      escaped[length++] = hexDigits[byte & 15]!;
    }
  }
  return escaped.subarray(0, length);
}

const least = (version: TlsVersion) =>
  flag<State>(({ settings }) => void (settings.tls.minVersion = version));

const table = tableOf<State>({
  '-X --request': value((state, text) => void (state.method = text)),
  '-H --header': value((state, text) => {
    if (text.startsWith('@')) return 'option-file';
    const [, name, , given] = /^([^:;]+)(:|;\s*$)\s*([^]*)$/.exec(text) ?? [];
    if (name === undefined) return 'option-value';
    state.headers.push([name.trim(), text.includes(':') ? given!.trim() : '\0empty']);
    return undefined;
  }),
  '-d --data --data-ascii --data-binary': data,
  '--data-raw': value(({ data: pieces }, text) => void pieces.push(encode(text))),
  '--data-urlencode': value(({ data: pieces }, text) => {
    const [, name = '', sign, content = ''] = /^([^=@]*)(?:([=@])([^]*))?$/.exec(text) ?? [];
    if (sign === '@') return 'option-file';
    pieces.push(
      sign === undefined
        ? percent(name)
        : joinBytes([encode(name === '' ? '' : `${name}=`), percent(content)]),
    );
    return undefined;
  }),
  '--json': value((state, text) => {
    if (text.startsWith('@')) return 'option-file';
    state.isJson = true;
    state.data.push(encode(text));
    return undefined;
  }),
  '-g --globoff': flag((state) => void (state.isGlobOff = true)),
  '-G --get': flag((state) => void (state.isGet = true)),
  '-I --head': flag((state) => void (state.isHead = true)),
  '-A --user-agent': value((state, text) => void (state.agent = text)),
  '-e --referer': value((state, text) => void (state.referer = text.replace(/;auto$/, ''))),
  '-b --cookie': value(({ cookies }, text) => {
    if (!text.includes('=')) return 'option-file';
    cookies.push(text);
    return undefined;
  }),
  '-u --user': value((state, text) => void (state.user = text)),
  '-r --range': value((state, text) => void (state.range = text)),
  '--compressed': flag((state) => void (state.isCompressed = true)),
  '--url': value(({ urls }, text) => void urls.push(text)),
  '-k --insecure': flag(({ settings }) => void (settings.tls.verify = false)),
  '-1 --tlsv1 --tlsv1.0': least('TLSv1'),
  '--tlsv1.1': least('TLSv1.1'),
  '--tlsv1.2': least('TLSv1.2'),
  '--tlsv1.3': least('TLSv1.3'),
  '--tls-max': value(({ settings }, text) => {
    const version = versions[text];
    if (version === undefined) return 'option-value';
    settings.tls.maxVersion = version;
    return undefined;
  }),
  '--ciphers': value(({ settings }, text) => void (settings.tls.ciphers = text)),
  '--no-alpn': flag(({ settings }) => void (settings.tls.alpn = [])),
  '--connect-timeout': value(({ settings }, text) => {
    const ms = millisecondsIn(text);
    if (ms === null) return 'option-value';
    settings.connectTimeoutMs = ms;
    return undefined;
  }),
  '--local-port': value(({ settings }, text) => {
    const port = portIn(text);
    if (port === null) return 'option-value';
    settings.localPort = port;
    return undefined;
  }),
  '--interface': value(({ settings }, text) => {
    const host = text.replace(/^host!/, '');
    if (!/^[\d.]+$|:/.test(host)) return 'option-elsewhere';
    settings.localHost = hostIn(host);
    return undefined;
  }),
  '--resolve --connect-to': value(({ places }, text) => {
    const [, host, port, place] = /^[+]?(\[[^\]]*\]|[^:]*):(\d*):([^]+)$/.exec(text) ?? [];
    if (host === undefined) return 'option-value';
    places.set(`${host.toLowerCase()}:${port}`, place!);
    return undefined;
  }),
  '-x --proxy --preproxy': value(({ settings }, text) => takeProxy(settings, text)),
  '--socks5 --socks5-hostname': value(({ settings }, text) => takeProxy(settings, `socks5://${text}`)),
  '-U --proxy-user': value(({ settings }, text) => {
    const [, username = '', password = ''] = /^([^:]*):?([^]*)$/.exec(text) ?? [];
    Object.assign(settings.proxy, { username, password });
  }),
  '--unix-socket': value(({ settings }, text) => {
    Object.assign(settings, { transport: 'unix', path: text });
  }),
  '-s --silent -S --show-error -v --verbose -i --include --show-headers -f --fail --fail-with-body': unneeded,
  '-# --progress-bar --no-progress-meter -N --no-buffer -q --disable -O --remote-name': unneeded,
  '-J --remote-header-name --http1.1 --basic --create-dirs --path-as-is --styled-output': unneeded,
  '--tcp-nodelay --no-keepalive --no-sessionid --ssl-reqd --remote-time -R --trace-time --raw': unneeded,
  '-o --output -w --write-out --stderr --trace --trace-ascii -D --dump-header -c --cookie-jar': unneededValue,
  '-L --location --location-trusted -n --netrc --netrc-optional --http2 --http2-prior-knowledge': elsewhere,
  '--http3 --http3-only -0 --http1.0 -4 --ipv4 -6 --ipv6 --digest --ntlm --negotiate --anyauth': elsewhere,
  '--proxy-insecure --proxytunnel -p -Z --parallel --retry-all-errors --retry-connrefused': elsewhere,
  '-j --junk-session-cookies --haproxy-protocol --ssl --doh-insecure --fail-early -l --list-only': elsewhere,
  '-m --max-time --retry --retry-delay --retry-max-time --limit-rate -C --continue-at': elsewhereValue,
  '-z --time-cond -Y --speed-limit -y --speed-time --max-redirs --max-filesize --noproxy': elsewhereValue,
  '-P --ftp-port -Q --quote -t --telnet-option --expect100-timeout --keepalive-time': elsewhereValue,
  '--dns-servers --doh-url --aws-sigv4 --oauth2-bearer --proxy-header --request-target': elsewhereValue,
  '-F --form --form-string --socks4 --socks4a --abstract-unix-socket --curves --rate': elsewhereValue,
  '--tls13-ciphers --pass --cert-type --key-type --engine --pinnedpubkey --hsts --alt-svc': elsewhereValue,
  '-T --upload-file -E --cert --key --cacert --capath --crlfile -K --config --netrc-file': file,
  '--proxy-cacert --proxy-cert --proxy-key --etag-save --etag-compare': file,
});

function takeProxy(settings: ClientSettings, text: string) {
  const scheme = /^([a-z0-9]+):\/\//i.exec(text);
  const kind = /^socks5h?$/i.test(scheme?.[1] ?? '')
    ? 'socks5'
    : /^http$/i.test(scheme?.[1] ?? 'http')
      ? 'http'
      : null;
  const proxy = kind === null ? null : proxyIn(text.slice(scheme?.[0].length ?? 0), kind, 1080);
  if (proxy === null) return 'option-elsewhere' as const;
  settings.proxy = proxy;
  return undefined;
}

/** What stands behind `--next` is another request. */
export function curl(run: Run): void {
  let words: Word[] = [];
  for (const word of [...run.words, { text: '--next', at: run.at }])
    if (word.text === '--next' || word.text === '-:') {
      one({ ...run, words });
      words = [];
    } else words.push(word);
}

const mostUrls = 100;

function one(run: Run): void {
  const state: State = {
    settings: defaultClient(),
    ...{ urls: [], headers: [], data: [], cookies: [], places: new Map() },
    ...{ method: null, user: null, agent: null, referer: null, range: null },
    ...{ isHead: false, isGet: false, isJson: false, isCompressed: false, isGlobOff: false },
  };
  const others = takeOptions(run.words, table, state, refuserOf(run));
  const urls = [...state.urls.map((text) => ({ text, at: run.at })), ...others];
  if (urls.length === 0) return run.finds.refuse('target-missing', run.at, 'curl');
  if (urls.length > mostUrls) run.finds.refuse('too-many', urls[mostUrls]!.at);
  for (const url of urls.slice(0, mostUrls)) {
    if (run.finds.isFull) return run.finds.refuse('too-many', url.at);
    request(run, state, url);
  }
}

type Url = { scheme: string; user: string | null; host: string; port: number; path: string };
const schemes: Readonly<Record<string, { transport: Transport; port: number }>> = {
  http: { transport: 'tcp', port: 80 },
  https: { transport: 'tls', port: 443 },
  telnet: { transport: 'tcp', port: 23 },
};

function urlIn(text: string): Url | null {
  const [, scheme = 'http', authority = '', rest = ''] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)([^#]*)/i.exec(text) ?? [];
  const at = authority.lastIndexOf('@');
  const [, host, digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority.slice(at + 1)) ?? [];
  const known = schemes[scheme.toLowerCase()];
  const port = digits === undefined ? (known?.port ?? null) : portIn(digits);
  if (host === undefined || host === '' || (known && port === null)) return null;
  return {
    scheme: scheme.toLowerCase(),
    user: at < 0 ? null : authority.slice(0, at),
    host,
    port: port ?? 0,
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

function request(run: Run, state: State, { text, at }: Word): void {
  const { finds } = run;
  const url = urlIn(text);
  if (url === null) return finds.refuse('url-form', at, text);
  // It would be several requests.
  if (!state.isGlobOff && /[[\]{}]/.test(url.path)) return finds.refuse('url-form', at, text);
  const known = schemes[url.scheme];
  if (known === undefined) return finds.refuse('url-scheme', at, url.scheme);
  const host = hostIn(url.host);
  const place = placeOf(state, url);
  const isPath = state.settings.path !== '';
  const settings: ClientSettings = {
    ...(JSON.parse(JSON.stringify(state.settings)) as ClientSettings),
    ...place,
    ...(isPath ? {} : { transport: known.transport }),
  };
  if (known.port === 443 && place.host !== host) settings.tls.servername = host;
  if (known.port === 443 && isPath) return finds.refuse('option-elsewhere', at, text);
  const bytes = url.scheme === 'telnet' ? null : bytesOf(state, url, host);
  if (url.scheme !== 'telnet' && bytes === null) {
    finds.lookedAt(state.data.reduce((sum, { length }) => sum + length, 0));
    return finds.refuse('url-form', at, text);
  }
  const name = nameOf(`${methodOf(state)} ${text.replace(/^[a-z]+:\/\//i, '').replace(/^[^/@]*@/, '')}`);
  if (bytes === null) return bring(run, host, settings, null);
  if (finds.endpoint(settings, at, text))
    finds.message({ name, written: writtenOf(bytes), target: targetOf(settings) }, at);
}

function placeOf({ places }: State, url: Url): { host: string; port: number } {
  const found = places.get(`${url.host.toLowerCase()}:${url.port}`) ?? places.get(':');
  const own = { host: hostIn(url.host), port: url.port };
  if (found === undefined) return own;
  // Of `--resolve` an address, of several the first; of `--connect-to` a host and its port.
  const [, host = '', digits] =
    /^(\[[^\]]*\]|[^:,]*|[\da-f:.]+)(?::(\d+))?$/i.exec(/^[^,]*/.exec(found)![0]) ?? [];
  return { host: host === '' ? own.host : hostIn(host), port: portIn(digits ?? '') ?? own.port };
}

const methodOf = ({ method, isHead, isGet, data: pieces }: State): string =>
  method ?? (isHead ? 'HEAD' : isGet || pieces.length === 0 ? 'GET' : 'POST');

function bytesOf(state: State, url: Url, host: string): Uint8Array | null {
  const body = joined(state.data, state.isJson ? '' : '&');
  const hasBody = body !== null && !state.isGet && !state.isHead;
  const query =
    body !== null && !hasBody ? `${url.path.includes('?') ? '&' : '?'}${decodeEscaped(body)}` : '';
  const user = state.user ?? (url.user === null ? null : unpercent(url.user));
  const usual: [string, string | null][] = [
    [
      'Authorization',
      user === null ? null : `Basic ${toBase64(encode(user.includes(':') ? user : `${user}:`))}`,
    ],
    ['Range', state.range === null ? null : `bytes=${state.range}`],
    ['User-Agent', state.agent],
    ['Accept', state.isJson ? 'application/json' : '*/*'],
    ['Accept-Encoding', state.isCompressed ? 'deflate, gzip' : null],
    ['Referer', state.referer],
    ['Cookie', state.cookies.length === 0 ? null : state.cookies.join('; ')],
    [
      'Content-Type',
      !hasBody ? null : state.isJson ? 'application/json' : 'application/x-www-form-urlencoded',
    ],
  ];
  const given = new Set(state.headers.map(([name]) => name.toLowerCase()));
  // One without a value takes away what would be there.
  const headers = [
    ...usual.flatMap(([name, text]): [string, string][] =>
      text === null || text === '' || given.has(name.toLowerCase()) ? [] : [[name, text]],
    ),
    ...state.headers
      .filter(([, text]) => text !== '')
      .map(([name, text]): [string, string] => [name, text === '\0empty' ? '' : text]),
  ];
  return httpRequest({
    method: methodOf(state),
    path: url.path + query,
    host,
    port: url.port,
    isSecured: url.scheme === 'https',
    headers,
    without: given,
    body: hasBody ? body : null,
  });
}

const unpercent = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) =>
    decodeEscaped(Uint8Array.from(run.slice(1).split('%'), (pair) => parseInt(pair, 16))),
  );

function joined(pieces: readonly Uint8Array[], between: string): Uint8Array | null {
  if (pieces.length === 0) return null;
  return joinBytes(pieces.flatMap((piece, at) => (at > 0 ? [encode(between), piece] : [piece])));
}
