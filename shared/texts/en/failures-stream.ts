/** What failures of socket files, proxies and stream options mean to a person. */
import { listPaths, onSystem } from '../system-command.ts';
import type { FailureText } from '../failure-situation.ts';

const proxy = (subject: string): string => (subject ? `The proxy ${subject}` : 'The proxy');
const path = (subject: string): string => subject || 'The socket path';

/** `said` for sockets with a path in place of host and port. */
export const onPath =
  (said: FailureText, otherwise: FailureText): FailureText =>
  (situation) =>
    /[\\/]/.test(situation.subject) && /^(connecting|listening)$/.test(situation.during ?? '')
      ? said(situation)
      : otherwise(situation);

/** `said` while a proxy is asked for a tunnel. */
export const onProxy =
  (said: FailureText, otherwise: FailureText): FailureText =>
  (situation) =>
    situation.during === 'proxying' ? said(situation) : otherwise(situation);

/** The engine's own sentence about an answer, which quotes it in printable characters. */
const saying = (message: string, otherwise: string): string => message || otherwise;

export const pathRefused: FailureText = ({ subject, code }) => ({
  what: `Nobody listens on the socket file ${subject} (${code})`,
  cause: 'The program that made the file has ended without removing it, or it is only about to listen.',
  tryThis: 'Start the server. It may have to remove the old file first.',
});

export const pathMissing: FailureText = ({ subject, code }) => ({
  what: `There is no socket file ${subject} (${code})`,
  cause: 'The server is not running, has another path, or the path is misspelt.',
  tryThis: `Start the server and compare the path with it.${onSystem(listPaths, (command) => ` ${command} lists the paths in use.`)}`,
});

export const pathDenied: FailureText = ({ subject, code, during }) =>
  during === 'listening'
    ? {
        what: `${path(subject)} may not be made (${code})`,
        cause: 'Making a socket file needs the right to write into its folder.',
        tryThis: 'Choose a folder of your own, or one that all may write to, such as /tmp.',
      }
    : {
        what: `${path(subject)} may not be connected to (${code})`,
        cause:
          'Connecting needs the right to write to the socket file and to enter its folder; servers often let only their own user in.',
        tryThis: 'Run Socketscope as the server’s user, or have the server give its file other rights.',
      };

export const pathInUse: FailureText = ({ subject, code }) => ({
  what: `${path(subject)} is already in use: a server answers there (${code})`,
  cause: 'Another program, or another server here, listens on this socket file.',
  tryThis: `Choose another path, or end the other program.${onSystem(listPaths, (command) => ` ${command} names it.`)}`,
});

export const proxyTimedOut: FailureText = ({ subject, code }) => ({
  what: `${proxy(subject)} did not open the way in time (${code})`,
  cause:
    'It took the connection and then gave no answer, or it is still trying to reach the target: a firewall there drops the packets, or this is no proxy.',
  tryThis:
    'Check the kind, address and port of the proxy, try a target that surely answers, or set a longer connect timeout.',
});

export const proxyReset: FailureText = ({ subject, code }) => ({
  what: `${proxy(subject)} reset the connection before the way was open (${code})`,
  cause: 'It is no proxy of this kind, does not let this machine in, or its program ended.',
  tryThis: 'Check the kind and port of the proxy, and look into its log.',
});

const pathTooLong: FailureText = ({ subject, message }) => ({
  what: 'The path is too long for a Unix socket',
  cause: `${saying(message, 'The system keeps such a path in 108 bytes, macOS in 104.')} A letter outside ASCII takes two bytes or more.`,
  tryThis: `Choose a shorter path${subject ? ' than this one' : ''}, for example in /tmp.`,
});

const staleSocket: FailureText = ({ subject }) => ({
  what: `${path(subject)} was left behind: nobody listens on it any more`,
  cause: 'A server made this socket file and ended without removing it, as a killed program does.',
  tryThis: 'Remove the stale file and start again, or choose another path.',
});

const notASocket: FailureText = ({ subject, code }) => ({
  what: `${path(subject)} is a file, but not a socket (${code})`,
  cause: 'Something else has this name: an ordinary file or a link, which is left alone.',
  tryThis: 'Choose another path, or move the file away if it is not needed.',
});

const pathIsFolder: FailureText = ({ subject }) => ({
  what: `${path(subject)} is a folder`,
  cause: 'A socket needs a name of its own inside a folder.',
  tryThis: 'Add a file name to the path, such as /tmp/demo.sock.',
});

const folderMissing: FailureText = ({ subject }) => ({
  what: `The folder of ${subject || 'the socket path'} does not exist`,
  cause: 'A socket file can be made only in a folder that is there already.',
  tryThis: 'Make the folder first, or choose another path.',
});

const pipeElsewhere: FailureText = () => ({
  what: 'Only Windows has named pipes',
  cause: 'A path that begins with \\\\.\\pipe\\ means nothing special on this system.',
  tryThis: 'Use the path of a socket file, such as /tmp/demo.sock.',
});

const notAPipe: FailureText = ({ subject }) => ({
  what: `${subject || 'The path'} is not the path of a named pipe`,
  cause: 'On Windows a path stands for a named pipe, which begins with \\\\.\\pipe\\.',
  tryThis: 'Write it as \\\\.\\pipe\\name.',
});

const notADirectory: FailureText = ({ subject, code }) => ({
  what: `${path(subject)} leads through a file (${code})`,
  cause: 'A part of the path before its last name is a file, not a folder.',
  tryThis: 'Correct the path.',
});

const wrongSocketType: FailureText = ({ subject, code }) => ({
  what: `${path(subject)} is a socket of another type (${code})`,
  cause: 'A datagram or sequenced-packet socket is bound to this file; here streams are spoken.',
  tryThis: `Choose the path of a stream socket.${onSystem(listPaths, (command) => ` ${command} shows the types.`)}`,
});

const tryLater: FailureText = ({ subject, code }) => ({
  what: `${path(subject)} takes no more connections for now (${code})`,
  cause: 'The server accepts more slowly than others connect, so its queue is full.',
  tryThis: 'Try again in a moment.',
});

const noReusePort: FailureText = ({ message }) => ({
  what: 'A port cannot be shared here (SO_REUSEPORT)',
  cause: `${saying(message, 'Node or the system cannot do it.')} It needs Node 22.12 or newer, and Linux or a BSD system.`,
  tryThis: 'Switch “share the port” off, or run Socketscope with a newer Node on Linux.',
});

const notSocks: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} does not speak SOCKS 5`,
  cause: saying(message, 'Another kind of program listens on that port.'),
  tryThis: 'Check host and port of the proxy, or choose “HTTP” as its kind.',
});

const notHttp: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} does not speak HTTP`,
  cause: saying(message, 'Another kind of program listens on that port.'),
  tryThis: 'Check host and port of the proxy, or choose “SOCKS 5” as its kind.',
});

const proxyClosed: FailureText = ({ subject }) => ({
  what: `${proxy(subject)} closed the connection instead of opening the way`,
  cause: 'It is no proxy of this kind, or its rules do not let this machine or this target through.',
  tryThis: 'Check the kind and port of the proxy, and look into its log.',
});

const headTooLong: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} answered without an end`,
  cause: `${saying(message, 'The head of its answer never ended.')} A proxy’s answer has at most a few lines.`,
  tryThis: 'Check host and port of the proxy: it may be another kind of server.',
});

const authRequired: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} wants a user name and password it accepts`,
  cause: saying(message, 'It lets only known users through.'),
  tryThis: 'Enter the user name and password of the proxy. Only Basic authentication is spoken here.',
});

const proxyRefused: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} refused to connect to the target`,
  cause: `${saying(message, 'It answered with an error.')} Many proxies let only port 443 through (403), and say 502, 503 or 504 when the target does not answer.`,
  tryThis: 'Check host and port of the target, and the rules of the proxy.',
});

const socksAuthRequired: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} wants a login`,
  cause: saying(message, 'It lets only known users through.'),
  tryThis: 'Enter the user name and password of the proxy.',
});

const socksAuthFailed: FailureText = ({ subject, message }) => ({
  what: `${proxy(subject)} did not accept the login`,
  cause: saying(message, 'The user name or password is wrong.'),
  tryThis: 'Check user name and password, or leave both empty if the proxy needs none.',
});

/** The refusals of RFC 1928 section 6. */
const socks =
  (what: string, tryThis: string): FailureText =>
  ({ subject, message }) => ({
    what: `${proxy(subject)} ${what}`,
    cause: saying(message, 'It answered with an error.'),
    tryThis,
  });

export const streamFailures = {
  PATH_TOO_LONG: pathTooLong,
  PATH_NOT_A_SOCKET: notASocket,
  ENOTSOCK: notASocket,
  PATH_IS_FOLDER: pathIsFolder,
  PATH_FOLDER_MISSING: folderMissing,
  PATH_IS_A_PIPE: pipeElsewhere,
  PATH_NOT_A_PIPE: notAPipe,
  STALE_SOCKET: staleSocket,
  ENOTDIR: notADirectory,
  EPROTOTYPE: wrongSocketType,
  EAGAIN: tryLater,
  REUSEPORT_UNSUPPORTED: noReusePort,
  PROXY_NOT_SOCKS: notSocks,
  PROXY_NOT_HTTP: notHttp,
  PROXY_CLOSED: proxyClosed,
  PROXY_HEAD_TOO_LONG: headTooLong,
  PROXY_AUTH_REQUIRED: authRequired,
  PROXY_REFUSED: proxyRefused,
  SOCKS_AUTH_REQUIRED: socksAuthRequired,
  SOCKS_AUTH_FAILED: socksAuthFailed,
  SOCKS_FAILED: socks(
    'could not connect to the target',
    'Check host and port of the target, and look into the log of the proxy.',
  ),
  SOCKS_NOT_ALLOWED: socks(
    'does not allow this connection',
    'Have the rules of the proxy let this host and port through.',
  ),
  SOCKS_NETWORK_UNREACHABLE: socks(
    'finds no network that leads to the target',
    'Check the address of the target: it must be reachable from the proxy, not from here.',
  ),
  SOCKS_HOST_UNREACHABLE: socks(
    'cannot reach the target',
    'Check the host name and address of the target: the proxy looks it up, not this machine.',
  ),
  SOCKS_CONNECTION_REFUSED: socks(
    'reached the target, which refused the connection',
    'Start the server that is to answer, and compare the port with it.',
  ),
  SOCKS_TTL_EXPIRED: socks(
    'did not get through to the target',
    'Check the network behind the proxy: its packets ran out of hops.',
  ),
  SOCKS_COMMAND_UNSUPPORTED: socks(
    'does not make outgoing connections',
    'Use another proxy, or allow CONNECT in its settings.',
  ),
  SOCKS_ADDRESS_UNSUPPORTED: socks(
    'does not take this kind of address',
    'Use the host name or the IPv4 address of the target in place of this one.',
  ),
};
