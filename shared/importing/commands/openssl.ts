/** openssl-s_client(1) and -s_server(1). */
import type { TlsVersion } from '../../certificates.ts';
import { defaultClient, defaultListener } from '../../settings/endpoint.ts';
import type { ClientSettings, ListenerSettings } from '../../settings/settings.ts';
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
  type Option,
} from './options.ts';
import {
  bring,
  hostAndPort,
  hostIn,
  portIn,
  proxyIn,
  refuserOf,
  withCarriageReturns,
  type Program,
  type Run,
} from './program.ts';

type Common = { hasCarriageReturns: boolean };
type ClientState = Common & { settings: ClientSettings; host: string | null; port: string | null };
type ServerState = Common & { settings: ListenerSettings };
type Either = ClientState | ServerState;

const only = (version: TlsVersion): Option<Either> =>
  flag(({ settings: { tls } }) => void Object.assign(tls, { minVersion: version, maxVersion: version }));
const below = (version: TlsVersion): Option<Either> =>
  flag(({ settings: { tls } }) => void (tls.maxVersion = version));
const above = (version: TlsVersion): Option<Either> =>
  flag(({ settings: { tls } }) => void (tls.minVersion = version));

const common = {
  '-tls1': only('TLSv1'),
  '-tls1_1': only('TLSv1.1'),
  '-tls1_2': only('TLSv1.2'),
  '-tls1_3': only('TLSv1.3'),
  '-no_tls1_3': below('TLSv1.2'),
  '-no_tls1_2': elsewhere,
  '-no_tls1_1 -no_tls1 -no_ssl3': above('TLSv1.2'),
  '-alpn': value<Either>(({ settings: { tls } }, text) => void (tls.alpn = text.split(','))),
  '-cipher': value<Either>(({ settings: { tls } }, text) => void (tls.ciphers = text)),
  '-crlf': flag<Either>((state) => void (state.hasCarriageReturns = true)),
  '-quiet -ign_eof -no_ign_eof -showcerts -msg -debug -state -brief -prexit -trace -tlsextdebug': unneeded,
  '-security_debug -security_debug_verbose -nbio -nocommands -status -adv': unneeded,
  '-msgfile -sess_out': unneededValue,
  '-cert -key -CAfile -CApath -CAstore -cert_chain -sess_in -dcert -dkey -pass -keylogfile -CRL': file,
  '-dtls -dtls1 -dtls1_2 -reconnect -comp -bugs -serverpref -legacy_renegotiation': elsewhere,
  '-sigalgs -curves -groups -ciphersuites -psk -psk_identity -verify_depth -purpose -nextprotoneg':
    elsewhereValue,
  '-min_protocol -max_protocol -keyform -certform -naccept -context -mtu -split_send_frag': elsewhereValue,
};

const clientTable = tableOf<ClientState>({
  ...common,
  '-connect': value((state, text) => {
    const found = hostAndPort(text, 443);
    if (found === null) return 'option-value';
    state.host = found.host;
    state.port = String(found.port);
    return undefined;
  }),
  '-host': value((state, text) => void (state.host = hostIn(text))),
  '-port': value((state, text) => void (state.port = text)),
  '-servername': value(({ settings }, text) => void (settings.tls.servername = text)),
  '-noservername': flag(({ settings }) => void (settings.tls.sendServername = false)),
  '-verify_return_error': flag(({ settings }) => void (settings.tls.verify = true)),
  '-proxy': value(({ settings }, text) => {
    const proxy = proxyIn(text.replace(/^http:\/\//, ''), 'http', 80);
    if (proxy === null) return 'option-value';
    settings.proxy = proxy;
    return undefined;
  }),
  '-bind': value(({ settings }, text) => {
    const local = hostAndPort(text, 0);
    if (local === null) return 'option-value';
    Object.assign(settings, { localHost: local.host, localPort: local.port });
    return undefined;
  }),
  '-4 -6 -no_ticket': elsewhere,
  '-verify': unneededValue,
  '-starttls -unix -name -xmpphost -verify_hostname -verify_email -verify_ip -proxy_user -proxy_pass':
    elsewhereValue,
});

const serverTable = tableOf<ServerState>({
  ...common,
  '-accept': value(({ settings }, text) => {
    const [, host = '', digits = ''] = /^(?:(.*):)?(\d+)$/.exec(text.replace(/^\*:/, '')) ?? [];
    const port = portIn(digits, true);
    if (port === null) return 'option-value';
    Object.assign(settings, { host: hostIn(host), port });
    return undefined;
  }),
  '-port': value(({ settings }, text) => {
    const port = portIn(text, true);
    if (port === null) return 'option-value';
    settings.port = port;
    return undefined;
  }),
  '-4': flag(({ settings }) => void (settings.host = '0.0.0.0')),
  '-6': flag(({ settings }) => void (settings.host = '::')),
  '-rev -www -WWW -HTTP -nocert -no_ticket -anti_replay': elsewhere,
  '-verify': value(({ settings }) => void (settings.tls.clientCertificates = 'request')),
  '-Verify': value(({ settings }) => void (settings.tls.clientCertificates = 'require')),
  '-unix -dhparam -servername -id_prefix': elsewhereValue,
  '-cert2 -key2': file,
});

export const openssl: Program = (run) => {
  const [command, ...words] = run.words;
  if (command?.text === 's_client') client({ ...run, words });
  else if (command?.text === 's_server') server({ ...run, words });
  else run.finds.refuse('program-unknown', command?.at ?? run.at, `openssl ${command?.text ?? ''}`.trim());
};

const inputOf = (run: Run, { hasCarriageReturns }: Common): Uint8Array | null => {
  if (hasCarriageReturns && run.input === null) run.finds.refuse('option-elsewhere', run.at, '-crlf');
  return run.input !== null && hasCarriageReturns ? withCarriageReturns(run.input) : run.input;
};

function client(run: Run): void {
  const settings: ClientSettings = { ...defaultClient(), transport: 'tls' };
  // It tells what is wrong with a certificate and goes on.
  settings.tls.verify = false;
  const state: ClientState = { settings, host: null, port: null, hasCarriageReturns: false };
  const others = takeOptions(run.words, clientTable, state, refuserOf(run), 'words');
  const operand = state.host === null && others.length > 0 ? hostAndPort(others.shift()!.text, 443) : null;
  for (const { text, at } of others) run.finds.refuse('operand-extra', at, text);
  const host = operand?.host ?? state.host;
  const port = operand?.port ?? portIn(state.port ?? '4433');
  if (host === null || port === null) return run.finds.refuse('target-missing', run.at, 'openssl s_client');
  bring(run, 'openssl', Object.assign(settings, { host, port }), inputOf(run, state));
}

function server(run: Run): void {
  const settings: ListenerSettings = { ...defaultListener(), transport: 'tls', host: '', port: 4433 };
  const state: ServerState = { settings, hasCarriageReturns: false };
  const others = takeOptions(run.words, serverTable, state, refuserOf(run), 'words');
  for (const { text, at } of others) run.finds.refuse('operand-extra', at, text);
  bring(run, 'openssl', settings, inputOf(run, state));
}
