/** Why something failed, where its code alone does not say it: full sentences, in place of what a system would say. */
import { formatCount } from '../../show/sizes.ts';
import { errors } from './errors.ts';
import type { Whys } from '../../why.ts';

const asked = ({ target }: { target?: string }): string => (target ? ` It was asked for ${target}.` : '');

export const whys: { readonly [Name in keyof Whys]: (values: Whys[Name]) => string } = {
  'role-fixed': () => 'A server cannot become a client, nor a client a server.',
  'no-endpoint-called': ({ called }) => `No endpoint of this data folder is called ${called}.`,
  'no-server': () => 'This endpoint is not a server.',
  'no-client': () => 'This endpoint is not a client.',
  'only-captured': () => 'It was captured elsewhere: there is no socket to open.',
  'no-socket-file': () => 'Only a Unix socket has a file.',
  'one-datagram': () => 'A datagram is sent as one piece.',
  'empty-message': () => 'An empty message sends nothing.',
  unreadable: ({ problem, start }) =>
    start < 0
      ? `What stands around the message cannot be made. ${errors[problem]}`
      : `The message cannot be read from character ${start + 1} on. ${errors[problem]}`,
  'at-most': ({ most }) => `At most ${formatCount(most)} are possible.`,
  'peer-gone': () => 'This connection is not open any more.',
  'sequence-problems': () => 'Some steps cannot be gone through as they are written; each says why.',
  'command-line-decides': () => 'The command line decides it for this run.',
  'host-missing': () => 'A client needs a host.',
  'local-host-literal': () => 'The local address must be a literal address.',
  'zero-in-path': () => 'A path without a zero character is needed.',
  'no-host': () => 'This is not a host name or address.',
  'no-names': () => 'A certificate needs at least one host name or address.',
  'bad-name': ({ host }) => `${host} is neither a host name nor an address.`,
  'listening-already': () => 'This server is already listening.',
  'connected-already': () => 'This client is connected or connecting.',
  'too-many-clients': ({ most }) =>
    `This process may have ${formatCount(most)} connections at once, by its limit of open files. Ask for fewer, or raise the limit (ulimit -n) and start it again.`,
  'no-many': () => 'UDP has no connections: many at once are of TCP, TLS and Unix sockets.',
  'bound-already': () => 'This client has its socket already.',
  'search-slow-at': ({ sequence }) =>
    `The search takes too long at record ${formatCount(sequence)}, or at one behind it.`,
  'disk-slow': () => 'The disk did not take in time what was still to be written.',
  'folder-used': ({ pid, address }) =>
    `Another Socketscope${pid === undefined ? '' : ` (process ${pid})`} uses this data folder.${address === undefined ? '' : ` Its window is at ${address}, with the key that was printed where it was started.`}`,
  'replies-dropped': ({ count }) =>
    `${count === 1 ? 'One reply was' : `${formatCount(count)} replies were`} dropped: too many wait to be sent.`,
  'http-cut': () => 'The request ended in its middle.',
  'http-long-head': () => 'The head is longer than 64 KiB.',
  'http-method': () => 'This is not HTTP: a request begins with a method.',
  'http-chunk': () => 'A chunk is longer than it says.',
  'http-request-line': () => 'A request begins with a line such as “GET / HTTP/1.1”.',
  'http-header': () => 'A header is not “Name: value”.',
  'http-length': () => 'Content-Length is not one number.',
  'http-body': () => 'Where the body ends cannot be told: see Transfer-Encoding and Content-Length.',
  'http-chunk-size': () => 'A chunk does not begin with its size.',
  'http-nothing': () => 'The datagram holds no request.',
  'path-bytes': ({ bytes, most }) => `The path has ${bytes} bytes; ${most} is the most.`,
  'datagram-bytes': ({ bytes, most }) =>
    `One datagram carries at most ${formatCount(most)} bytes here; these are ${formatCount(bytes)}.`,
  'bound-to-remote': ({ remote }) => `The socket is connected to ${remote} and sends to nobody else.`,
  'node-cannot-hold': ({ node }) => `Node ${node} has no way to stop receiving datagrams.`,
  'no-port-sharing': ({ node, platform }) => `Node ${node} on ${platform} cannot share a port.`,
  'lines-unread': ({ lines }) =>
    lines === 1 ? 'One line cannot be read.' : `${formatCount(lines)} lines cannot be read.`,
  'not-a-file': () => 'This is no file.',
  'file-of-another': () => 'The file belongs to another user, who could read the secrets.',
  'no-file-rights': () => 'Others could read the secrets: this file system keeps no rights of files.',
  'proxy-closed': (values) => `The proxy closed the connection without an answer.${asked(values)}`,
  'proxy-silent': ({ ms, ...values }) => `The proxy gave no answer within ${ms} ms.${asked(values)}`,
  'proxy-login': (values) => `The proxy wants a user name, or another way to log in.${asked(values)}`,
  'proxy-no-login': (values) => `The proxy takes no user name and password.${asked(values)}`,
  'socks-answer': ({ answer, ...values }) =>
    `${socksAnswers[answer] ?? 'The proxy failed'} (answer ${answer}).${asked(values)}`,
  'socks-login-status': ({ status, ...values }) =>
    `The proxy did not accept the password (status ${status}).${asked(values)}`,
  'socks-address': ({ addressKind, ...values }) =>
    `The proxy named an address of the unknown kind ${addressKind}.${asked(values)}`,
  'no-socks': ({ said, ...values }) => `What answered does not speak SOCKS 5: ${said}.${asked(values)}`,
  'connect-endless': (values) => `The proxy’s answer has no end.${asked(values)}`,
  'connect-answer': ({ said, ...values }) => `The proxy answered ${said}.${asked(values)}`,
  'connect-login': ({ said, ...values }) =>
    `The proxy wants a user name and password: ${said}.${asked(values)}`,
  'connect-refused': ({ said, ...values }) =>
    `The proxy did not accept the user name and password: ${said}.${asked(values)}`,
  'no-http': ({ said, ...values }) => `What answered does not speak HTTP: ${said}.${asked(values)}`,
  'tls-alert': ({ alert }) => `The peer ended the handshake with the alert ${alert}.`,
  'other-names': ({ host }) => `The server’s certificate is not for ${host}.`,
  'no-verdict': () => 'This Node does not tell whether the certificate holds.',
};

/** RFC 1928, section 6. */
const socksAnswers: Partial<Record<number, string>> = {
  1: 'The proxy reports a general failure',
  2: 'The proxy’s rules do not allow this connection',
  3: 'The proxy finds no network that leads there',
  4: 'The proxy cannot reach or find the host',
  5: 'The target refused the proxy’s connection',
  6: 'The way from the proxy to the target is too long or goes in circles',
  7: 'The proxy does not make outgoing connections',
  8: 'The proxy does not know this kind of address',
};
