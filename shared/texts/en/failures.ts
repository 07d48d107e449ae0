/** What each failure means to a person. Subjects are addresses or fields; '' where the failure names none. */
import { listInterfaces, listListeners, onSystem, raiseFileLimit, showRoute } from '../system-command.ts';
import type { FailureSituation, FailureText } from '../failure-situation.ts';
import { onLocalNetwork, peer } from './failure-sentences.ts';
import { errors } from './errors.ts';
import { captureFailures } from './failures-capture.ts';
import { opensslFailures, opensslReason } from './failures-openssl.ts';
import { replyFailures } from './failures-replies.ts';
import { sequenceFailures } from './failures-sequences.ts';
import {
  onPath,
  onProxy,
  pathDenied,
  pathInUse,
  pathMissing,
  pathRefused,
  proxyReset,
  proxyTimedOut,
  streamFailures,
} from './failures-stream.ts';
import { systemFailures } from './failures-system.ts';
import { tlsFailures } from './failures-tls.ts';
import { groupFailures, sendingFailures, udpFailures } from './failures-udp.ts';

const at = (subject: string): string => subject || 'that address';
const atStart = (subject: string): string => subject || 'That address';
const addPlace = (start: string, subject: string): string => (subject ? `${start} ${subject}` : start);

const isConnecting = ({ during }: FailureSituation): boolean =>
  during === 'connecting' || during === 'resolving';

const refused: FailureText = ({ subject, code }) => ({
  what: `${atStart(subject)} refused the connection (${code}): nothing listens there`,
  cause:
    'The machine answered, but no program listens on that port at that address, or a firewall rejects it.',
  tryThis: `Start the server, and compare port and address with it.${onSystem(listListeners, (command) => ` ${command} lists what listens.`)} A server on 127.0.0.1 is reached only from its own machine, and one on IPv4 only not through an IPv6 address such as ::1.`,
});

const resetWhileSecuring: FailureText = ({ subject, code }) => ({
  what: `${peer(subject)} reset the connection during the TLS handshake (${code})`,
  cause: 'The peer does not speak TLS, its program ended, or a firewall does not let TLS through.',
  tryThis: 'Connect without TLS to see what listens there, and look into the peer’s log.',
});

const reset: FailureText = (situation) =>
  situation.during === 'securing'
    ? resetWhileSecuring(situation)
    : isConnecting(situation)
      ? {
          what: `${atStart(situation.subject)} reset the connection while it was being opened (${situation.code})`,
          cause:
            'The other side, or a firewall or proxy between, took the connection and dropped it at once.',
          tryThis:
            'Try again; if it repeats, look into the server’s log, its connection limit and the firewall rules.',
        }
      : {
          what: `${peer(situation.subject)} reset the connection (${situation.code}): it closed with data unread, or its program ended`,
          cause:
            'The peer sent a TCP reset (RST): it closed while data from here waited unread, chose to reset, or its program or machine stopped. A firewall that forgot an idle connection can do it too.',
          tryThis:
            'Look at what was sent last and at the peer’s log. Bytes that were on the way in either direction may not have arrived.',
        };

const resolvingTimedOut: FailureText = ({ subject, code }) => ({
  what: `No answer came in time for the address of ${subject || 'the host'} (${code})`,
  cause: 'The DNS server could not be reached or is slow.',
  tryThis: 'Check the network connection, set a longer connect timeout, or use the IP address.',
});

const timedOut: FailureText = (situation) =>
  situation.during === 'resolving'
    ? resolvingTimedOut(situation)
    : situation.during === 'open'
      ? {
          what: `${peer(situation.subject)} stopped answering, and the connection was given up (${situation.code})`,
          cause:
            'Data was sent again and again without any acknowledgement: the peer or the network between is gone.',
          tryThis: `Check that the machine is on and the network is up (“ping”), then connect again.`,
        }
      : {
          what: `${atStart(situation.subject)} did not answer in time (${situation.code})`,
          cause:
            'No answer came at all. Mostly a firewall drops the packets, the address is wrong, or the machine is off. A program that accepts nobody leaves connects unanswered too, once its backlog is full.',
          tryThis:
            'Check the address, and that the firewall of the other machine (or the cloud’s security group) lets this port in. On a slow network set a longer connect timeout.',
        };

const hostUnreachable: FailureText = ({ subject, code }) => ({
  what: `${atStart(subject)} cannot be reached (${code}): no machine answers for that address`,
  cause:
    'A router, or this machine itself, found nobody at the address: the machine is off, on another network, or a firewall says so in its place.',
  tryThis: `Check the address and that the other machine is on: “ping” it.${onSystem(showRoute, (command) => ` ${command} shows the way there.`)}`,
});

const networkUnreachable: FailureText = ({ subject, code }) => ({
  what: `There is no route to ${at(subject)} (${code})`,
  cause:
    'This machine has no network that leads there: it is offline, a VPN is down, or it has no IPv6 although the address is IPv6.',
  tryThis:
    'Check the network connection and VPN. If the address is IPv6, try the IPv4 address of the same host.',
});

const notFound: FailureText = ({ subject, code }) => ({
  what: `${subject || 'The host name'} was not found (${code})`,
  cause: 'The name does not exist in DNS or the hosts file, or it is known only inside another network.',
  tryThis:
    'Check the spelling. If the name belongs to a VPN or office network, connect to it first, or use the IP address.',
});

const tryAgain: FailureText = ({ subject, code }) => ({
  what: `The DNS server gave no answer for ${subject || 'the host name'} (${code})`,
  cause: 'The DNS server could not be reached or failed for the moment: often the machine is offline.',
  tryThis: 'Check the network connection and try again. With an IP address no DNS is needed.',
});

const inUse: FailureText = (situation) =>
  isConnecting(situation)
    ? {
        what: `The local address or port is already in use (${situation.code})`,
        cause:
          'Another socket of this machine has the local port of this client, or the same two addresses and ports were connected a moment ago and the system still holds the pair (TIME_WAIT, up to a few minutes).',
        tryThis: 'Set the local port to 0 so that the system chooses a free one, or wait a minute.',
      }
    : {
        what: `${situation.subject || 'The address'} is already in use (${situation.code})`,
        cause: 'Another program, or another server here, already listens on this port.',
        tryThis: `Choose another port (0 takes any free one), or end the other program.${onSystem(listListeners, (command) => ` ${command} names it.`)}`,
      };

const notAvailable: FailureText = (situation) =>
  isConnecting(situation)
    ? {
        what: `The local address cannot be used for this connection (${situation.code})`,
        cause:
          'The local address does not belong to this machine, it is of another family than the remote one or cannot reach it, or all local ports are taken.',
        tryThis:
          'Leave the local address empty and the local port 0, or pick one of this machine’s addresses.',
      }
    : {
        what: `${situation.subject || 'The address'} is not an address of this machine (${situation.code})`,
        cause: 'A server can listen only on addresses that this machine has; a network or VPN may be down.',
        tryThis: 'Choose an address from the list, or “any address” to listen on all of them.',
      };

const accessDenied: FailureText = (situation) =>
  isConnecting(situation)
    ? {
        what: `The system does not allow the connection to ${at(situation.subject)} (${situation.code})`,
        cause:
          'A firewall or security rule of this machine forbids it, the address is a broadcast address, or the local port is below 1024 and reserved for the administrator.',
        tryThis: 'Check the local firewall and the address. Set the local port to 0 or to 1024 or above.',
      }
    : {
        what: addPlace('Not allowed:', situation.subject) + ` (${situation.code})`,
        cause:
          situation.during === 'listening'
            ? 'On Linux, ports below 1024 are reserved for the administrator; on Windows, some ranges are reserved by other programs.'
            : 'The system’s rules do not allow this program to do that.',
        tryThis:
          situation.during === 'listening'
            ? `Choose a port of 1024 or above.${onSystem({ linux: 'sudo sysctl net.ipv4.ip_unprivileged_port_start=80' }, (command) => ` ${command} allows lower ones.`)}${onSystem({ win32: 'netsh int ipv4 show excludedportrange tcp' }, (command) => ` ${command} lists reserved ports.`)}`
            : 'Check the rights of the file or folder, or choose another one.',
      };

const brokenPipe: FailureText = ({ subject, code }) => ({
  what: `${peer(subject)} no longer takes data (${code}): the connection was already closed`,
  cause: 'Something was sent after the peer had closed or reset the connection.',
  tryThis: 'Connect again. What was sent last did not arrive.',
});

const tooManyFiles: FailureText = ({ code }) => ({
  what: `Too many sockets and files are open (${code})`,
  cause:
    code === 'ENFILE'
      ? 'All programs of this machine together reached the system’s limit.'
      : 'This program reached the number of sockets and files that the system grants it.',
  tryThis: `Disconnect peers or set a connection limit on the server.${onSystem(raiseFileLimit, (command) => ` Before it starts, ${command} raises the limit of a program.`)}`,
});

const noBuffers: FailureText = ({ code }) => ({
  what: `The system has no memory left for sockets (${code})`,
  cause: 'Too many connections or too much queued data at once, on Windows also too many local ports in use.',
  tryThis: 'Disconnect peers, send more slowly, and try again in a minute.',
});

const invalid: FailureText = ({ subject, code }) => ({
  what: addPlace('The system does not accept', subject || 'the address') + ` (${code})`,
  cause:
    'The address and the options do not fit together, for example a link-local IPv6 address (fe80::…) without its interface, or a local address of another family.',
  tryThis: 'Check host, local address and, for fe80::… addresses, the zone behind %, as in fe80::1%eth0.',
});

const noFamily: FailureText = ({ subject, code }) => ({
  what: `This machine does not support the kind of address of ${at(subject)} (${code})`,
  cause: 'Mostly IPv6 is switched off on this machine or in this container.',
  tryThis: 'Use the IPv4 address (127.0.0.1 instead of ::1), or switch IPv6 on.',
});

const readOnly: FailureText = ({ subject, code }) => ({
  what: `${addPlace('The disk cannot be written to', subject && `at ${subject}`)} (${code})`,
  cause: 'The drive or folder is mounted read-only.',
  tryThis: 'Choose another folder for the data, or make this one writable.',
});

const aborted: FailureText = ({ subject, code }) => ({
  what: `The connection ${subject ? `with ${subject} ` : ''}was broken off on this machine (${code})`,
  cause:
    'The network changed or went to sleep, local software such as a firewall ended it, or the peer went before it was accepted.',
  tryThis: 'Check the network and connect again.',
});

const badPort: FailureText = ({ code }) => ({
  what: `That is not a port (${code})`,
  cause: 'A port is a whole number from 0 to 65535; a client needs at least 1.',
  tryThis: 'Correct the port.',
});

const zoneMissing: FailureText = ({ subject, code }) => ({
  what: `${subject || 'The address'} needs the name of an interface (${code})`,
  cause:
    'Addresses that begin with fe80 are valid on every link, so the system cannot know which one is meant.',
  tryThis: 'Add the interface behind a percent sign, as in fe80::1%eth0 (Windows: its number, fe80::1%12).',
});

const unknownZone: FailureText = ({ subject, code }) => ({
  what: `${subject || 'The address'} names an interface that this machine does not have (${code})`,
  cause:
    'Behind the percent sign stands the name or number of an interface of this machine, not of the other one.',
  tryThis:
    onSystem(listInterfaces, (command) => `${command} lists the interfaces.`) ||
    'Compare the name with those that the system lists.',
});

/** The engine's door answers with the code of a field's problem, which has a sentence of its own. */
function reason(message: string, otherwise: string): string {
  const sentences: Partial<Record<string, unknown>> = errors;
  const sentence = Object.hasOwn(sentences, message) ? sentences[message] : message;
  if (typeof sentence !== 'string' || sentence === '') return otherwise;
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

const invalidArgument: FailureText = ({ subject, message }) => ({
  what: subject ? `The value of “${subject}” cannot be used` : 'A value cannot be used',
  cause: reason(message, 'It is missing, of the wrong kind, or out of its bounds.'),
  tryThis: 'Correct it and try again.',
});

const invalidFilter: FailureText = ({ message }) => ({
  what: 'The filter cannot be read',
  cause: reason(message, 'The regular expression or the hex bytes are not complete.'),
  tryThis: 'Correct the filter, or empty it to see all records.',
});

const redactionTooSlow: FailureText = () => ({
  what: 'What is to be removed takes too long to find',
  cause: 'An expression was busy with a part of the log for two seconds.',
  tryThis: 'Write a simpler one, without repeats inside of repeats. Nothing was written.',
});

const redactionTooMany: FailureText = () => ({
  what: 'There are too many places to remove',
  cause: 'A rule matches nearly everywhere.',
  tryThis: 'Write a longer one, or export fewer records. Nothing was written.',
});

const filterTooSlow: FailureText = ({ message }) => ({
  what: 'The search takes too long',
  cause: reason(
    message,
    'A regular expression such as (a+)+ tries more ways for one record than there is time for.',
  ),
  tryThis:
    'Write the expression so that it has fewer ways to match, search for plain text, or empty the filter.',
});

const searchEnded: FailureText = ({ message }) => ({
  what: 'The search ended before it was over',
  cause: reason(message, 'The thread that was searching is gone; others go on.'),
  tryThis: 'Change the filter, or enter it once more.',
});

const queueFull: FailureText = () => ({
  what: 'Too much waits to be sent already',
  cause:
    'Peers, or the disk with the log, take data more slowly than it is sent; what may wait has a bound, in bytes and in messages.',
  tryThis: 'Wait until they have taken some of it, or disconnect the peer that is not reading.',
});

const alreadyRunning: FailureText = ({ message }) => ({
  what: reason(message, 'It is already running').replace(/\.$/, ''),
  cause: 'It was started before and has not ended.',
  tryThis: 'Stop or disconnect it first to start it anew.',
});

const notConnected: FailureText = ({ code }) => ({
  what: `There is no connection (${code})`,
  cause: 'The connection ended before this was done.',
  tryThis: 'Connect again.',
});

const folderInUse: FailureText = ({ subject, message }) => ({
  what: addPlace('Another Socketscope uses the data folder', subject),
  cause: reason(message, 'Only one program at a time may write there, so that no record is lost.'),
  tryThis: 'Use the window that is open, end it, or start this one with another data folder.',
});

const folderLost: FailureText = ({ subject }) => ({
  what: addPlace('Another Socketscope has taken over the data folder', subject),
  cause: 'This one stood still for so long, or was cut off from the folder, that it was taken for dead.',
  tryThis:
    'Nothing more is written here: go on in the other one. What came in the last moments before is not in the capture.',
});

const workspaceUnwritten: FailureText = ({ subject, message, code }) => ({
  what: `The workspace is not on the disk${subject && `: ${subject} cannot be written`} (${code})`,
  cause: `The newest changes of endpoints, settings and layout are in memory alone. The system says: ${message.replace(/\.$/, '')}.`,
  tryThis: 'Make room there, or let this program write there; it is tried again every few seconds.',
});

const endTimedOut: FailureText = ({ subject, code }) => ({
  what: `Not everything was on the disk when it had to end${subject && `: ${subject}`} (${code})`,
  cause: 'The disk took nothing for longer than an end may take. What came last is not in the captures.',
  tryThis: 'Look whether the disk, or the network that it is on, answers.',
});

const draftNotKept: FailureText = ({ code }) => ({
  what: `What is written in this tab is not kept (${code})`,
  cause: 'It is more than 1 MiB, or all tabs together hold more than 4 MiB.',
  tryThis: 'It stays here until this page goes: send it, or keep it in a file.',
});

const messagesNotKept: FailureText = ({ code }) => ({
  what: `The message is not kept (${code})`,
  cause: 'All saved messages together, with what was written in them before, would be more than 8 MiB.',
  tryThis: 'Delete some that are not needed any more, or keep long ones in files.',
});

const sequencesNotKept: FailureText = ({ code }) => ({
  what: `The sequence is not kept (${code})`,
  cause: 'All sequences together would be more than 8 MiB.',
  tryThis: 'Delete some that are not needed any more, or save them as files first.',
});

const workspaceRuns: FailureText = ({ code }) => ({
  what: `Another workspace was not opened: something runs in this one (${code})`,
  cause: 'Opening another one stops what runs here, and nobody said that it may.',
  tryThis: 'Stop the servers and clients that run, or open it again and say that they are to be stopped.',
});

const workspaceExists: FailureText = ({ subject, code }) => ({
  what: `There is such a file already${subject && `: ${subject}`} (${code})`,
  cause: 'It was saved before, and nothing is written over it unseen.',
  tryThis: 'Choose another name, or open that one.',
});

const workspaceTooLong: FailureText = ({ subject, code }) => ({
  what: `The workspace is too long for a file${subject && `: ${subject}`} (${code})`,
  cause: 'A workspace file holds 1,000 endpoints and 32 MiB at most. All of it is still in the data folder.',
  tryThis: 'Delete endpoints, messages or sequences that are not needed any more.',
});

const workspaceDamaged: FailureText = ({ subject }) => ({
  what: 'Some of the saved workspace could not be read',
  cause: 'Its file was changed by hand or by a failing disk. What could be read is here.',
  tryThis: subject ? `The damaged file is kept as ${subject}.` : 'Make the missing endpoints anew.',
});

const noSuchFile: FailureText = ({ subject, code }) => ({
  what: `${addPlace('There is no such file or folder', subject && `as ${subject}`)} (${code})`,
  cause: 'It was moved or deleted, or its path is misspelt.',
  tryThis: 'Choose it again.',
});

const isFolder: FailureText = ({ subject, code }) => ({
  what: `${subject || 'The chosen path'} is a folder, not a file (${code})`,
  cause: 'A file is needed here.',
  tryThis: 'Choose a file, or type a name for a new one.',
});

const channelClosed: FailureText = () => ({
  what: 'The window lost its engine',
  cause: 'The program that holds the sockets ended, or the connection to it was cut.',
  tryThis:
    'The window tries to attach again by itself. If it does not, start Socketscope again; the captured records are kept.',
});

const cancelled: FailureText = ({ subject }) => ({
  what: `Cancelled${subject && `: ${subject}`}`,
  cause: 'It was ended before it was done.',
  tryThis: 'Start it again if that was not meant.',
});

const tooLate: FailureText = () => ({
  what: 'The cleared records cannot be brought back any more',
  cause: 'That is possible for a minute, until the next clear or restart.',
  tryThis: 'Save a log as text before clearing it if it may be needed.',
});

const unknown: FailureText = ({ subject, code, message }) => ({
  what: `${subject ? `${subject}: ` : ''}${message || 'Something failed'}${message.includes(code) || code === 'UNKNOWN' ? '' : ` (${code})`}`,
  cause: 'This failure has no explanation here yet; the text and the code are the system’s own.',
  tryThis: 'Try again. If it repeats, search for the code together with what you did.',
});

export const failures = {
  known: {
    ECONNREFUSED: onPath(pathRefused, refused),
    ECONNRESET: onProxy(proxyReset, reset),
    ETIMEDOUT: onProxy(proxyTimedOut, timedOut),
    EHOSTUNREACH: onLocalNetwork(hostUnreachable),
    EHOSTDOWN: hostUnreachable,
    ENETUNREACH: networkUnreachable,
    ENETDOWN: networkUnreachable,
    ENOTFOUND: notFound,
    EAI_AGAIN: tryAgain,
    EAI_FAIL: tryAgain,
    EADDRINUSE: onPath(pathInUse, inUse),
    EADDRNOTAVAIL: notAvailable,
    EACCES: onPath(pathDenied, accessDenied),
    EPERM: accessDenied,
    EPIPE: brokenPipe,
    ENOTCONN: notConnected,
    EISCONN: alreadyRunning,
    EALREADY: alreadyRunning,
    EMFILE: tooManyFiles,
    ENFILE: tooManyFiles,
    ENOBUFS: noBuffers,
    ENOMEM: noBuffers,
    EINVAL: invalid,
    EAFNOSUPPORT: noFamily,
    EROFS: readOnly,
    ENOENT: onPath(pathMissing, noSuchFile),
    EISDIR: isFolder,
    ECONNABORTED: aborted,
    ERR_SOCKET_BAD_PORT: badPort,
    LINK_LOCAL_WITHOUT_ZONE: zoneMissing,
    UNKNOWN_ZONE: unknownZone,
    INVALID_ARGUMENT: invalidArgument,
    INVALID_FILTER: invalidFilter,
    FILTER_TOO_SLOW: filterTooSlow,
    REDACTION_TOO_SLOW: redactionTooSlow,
    REDACTION_TOO_MANY: redactionTooMany,
    SEARCH_ENDED: searchEnded,
    QUEUE_FULL: queueFull,
    DATA_FOLDER_IN_USE: folderInUse,
    DATA_FOLDER_LOST: folderLost,
    WORKSPACE_DAMAGED: workspaceDamaged,
    WORKSPACE_UNWRITTEN: workspaceUnwritten,
    WORKSPACE_RUNS: workspaceRuns,
    WORKSPACE_EXISTS: workspaceExists,
    WORKSPACE_TOO_LONG: workspaceTooLong,
    DRAFT_NOT_KEPT: draftNotKept,
    MESSAGES_NOT_KEPT: messagesNotKept,
    SEQUENCES_NOT_KEPT: sequencesNotKept,
    END_TIMED_OUT: endTimedOut,
    CHANNEL_CLOSED: channelClosed,
    CANCELLED: cancelled,
    TOO_LATE: tooLate,
    ...captureFailures,
    ...replyFailures,
    ...sequenceFailures,
    ...streamFailures,
    ...systemFailures,
    ...tlsFailures,
    ...opensslFailures,
    ...udpFailures,
  },
  /** The same codes where a datagram was sent, and where a multicast group was joined. */
  sending: sendingFailures,
  groups: groupFailures,
  /** Any code of OpenSSL that is not known. */
  openssl: opensslReason,
  unknown,
};
