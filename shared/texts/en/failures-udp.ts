/** What failures of UDP mean to a person. */
import { listDatagrams, listInterfaces, onSystem } from '../system-command.ts';
import type { FailureText } from '../failure-situation.ts';
import { onLocalNetwork } from './failure-sentences.ts';

const to = (subject: string): string => (subject ? ` to ${subject}` : '');
const limits =
  'One datagram carries at most 65,507 bytes over IPv4 and 65,527 over IPv6; some systems allow less (9,216 on macOS).';

const datagramTooLong: FailureText = ({ code, message }) => ({
  what: `The datagram is too long (${code})`,
  cause: /\d/.test(message) && !message.startsWith('send ') ? message : limits,
  tryThis:
    'Send less at once, or in several datagrams. What is longer than about 1,400 bytes is cut into fragments on the way, and all of it is lost when one fragment is.',
});

const broadcastDenied: FailureText = ({ subject, code }) => ({
  what: `The system does not allow a datagram${to(subject)} (${code})`,
  cause:
    'Mostly the address is a broadcast address and broadcast is not allowed for this socket, or a firewall of this machine forbids it.',
  tryThis:
    'Switch “Allow broadcast” (SO_BROADCAST) on in the options, or check the address and the local firewall.',
});

const datagramRefused: FailureText = ({ subject, code }) => ({
  what: `${subject || 'The peer'} refused an earlier datagram (${code}): nothing is bound to that port`,
  cause:
    'The machine is there, but no program has that UDP port open, so it answered with “port unreachable” (ICMP). Only a connected socket is told so.',
  tryThis: `Start the program there, and compare the port with it.${onSystem(listDatagrams, (command) => ` There, ${command} lists what is bound.`)} This socket stays usable.`,
});

/** RFC 5771, RFC 4291 2.7: `239.1.2.3:9000`, `[ff02::1]:9000`. */
const isGroup = (subject: string): boolean => /^(2(2[4-9]|3\d)(\.\d+){3}|\[?ff[\da-f]{2}:)/i.test(subject);

const noRouteToGroup: FailureText = ({ subject, code }) => ({
  what: `There is no way to send a datagram to the group ${subject} (${code})`,
  cause:
    'Nothing says by which network interface it should leave: this machine has no default route and none for multicast, or the socket’s own address or interface does not reach groups of this scope.',
  tryThis:
    'Name the interface: “Multicast interface” in the options takes one of its IPv4 addresses, or ::%name for IPv6, as does ff02::1%name for the address of the group. “ip -brief address” (Linux) lists them.',
});

const noRoute: FailureText = (situation) =>
  (isGroup(situation.subject) ? noRouteToGroup : noRouteToHost)(situation);

const noRouteToHost: FailureText = ({ subject, code }) => ({
  what: `There is no way to send a datagram${to(subject)} (${code})`,
  cause:
    'This machine has no route there: it is offline, it has no IPv6 although the address is IPv6, or the socket is bound to an address (such as 127.0.0.1) or family that cannot reach it.',
  tryThis: 'Check the address and the network. A socket on “any address” reaches more than one on 127.0.0.1.',
});

const badReceiver: FailureText = (situation) =>
  (isGroup(situation.subject) ? noRouteToGroup : badAddress)(situation);

const badAddress: FailureText = ({ subject, code }) => ({
  what: `The system does not take a datagram${to(subject)} from this socket (${code})`,
  cause:
    'The address and the socket do not fit together: a socket on 127.0.0.1 sends to this machine alone, and a link-local address needs its zone.',
  tryThis:
    'Bind to “any address” or to an address of the network in question, and write fe80::… addresses with %interface.',
});

const alreadyJoined: FailureText = ({ code }) => ({
  what: `The group is joined already (${code})`,
  cause:
    'This socket is a member of the same group on the same interface, perhaps through another line of the list.',
  tryThis: 'Remove one of the two lines. Nothing is missing: datagrams of the group arrive.',
});

const ipv6Alone: FailureText = ({ code }) => ({
  what: `The option counts for IPv6 alone (${code})`,
  cause:
    'The socket is of both families, and Node sets such options for IPv6; what it sends by IPv4 goes out as the system has it.',
  tryThis: 'Bind to an IPv4 address, such as 0.0.0.0, to set the option for IPv4.',
});

const noInterface: FailureText = ({ code }) => ({
  what: `There is no such network interface, or none that can do multicast (${code})`,
  cause:
    'The interface is down or gone, its address is another one now, or no route for multicast names a default.',
  tryThis: `Name an interface: for IPv4 by one of its addresses, for IPv6 as in ::%eth0.${onSystem(listInterfaces, (command) => ` ${command} lists them.`)}`,
});

const groupInvalid: FailureText = ({ code }) => ({
  what: `The system does not take this group for this socket (${code})`,
  cause:
    'The group and the socket are of different families, or the interface is written in the form of the other one (an address for IPv4, ::%name for IPv6).',
  tryThis:
    'Bind an IPv4 address for IPv4 groups and an IPv6 address for IPv6 groups, and check the interface.',
});

const noSourceSpecific: FailureText = ({ code }) => ({
  what: `This system cannot join the group for one sender alone (${code})`,
  cause:
    'Source-specific multicast (RFC 4607) is not there for this family, or the group was joined without a sender too.',
  tryThis: 'Leave the sender empty to hear the whole group.',
});

const tooManyGroups: FailureText = ({ code }) => ({
  what: `The socket has joined as many groups as the system allows (${code})`,
  cause: 'Linux allows 20 IPv4 groups for a socket unless net.ipv4.igmp_max_memberships says more.',
  tryThis: 'Join fewer groups, use several endpoints, or raise the limit.',
});

const notBound: FailureText = ({ subject }) => ({
  what: `There is no UDP socket to send${to(subject)} from`,
  cause: 'The endpoint is not started, or it has ended.',
  tryThis: 'Start it, then send again.',
});

const datagramConnected: FailureText = ({ subject, code, message }) => ({
  what: `This socket does not send${to(subject)} (${code})`,
  cause: `${message || 'It is connected to its remote.'} The system would send the datagram to the remote instead.`,
  tryThis: 'Switch “connected” (connect(2)) off in the options, or use another endpoint for this receiver.',
});

const readingCannotStop: FailureText = ({ message }) => ({
  what: 'Reading cannot be held back here',
  cause: message || 'This version of Node has no way to stop receiving datagrams.',
  tryThis: 'Stop the endpoint instead, or start Socketscope with another version of Node.',
});

const groupNotConnected: FailureText = () => ({
  what: 'The socket is not connected to the group',
  cause: 'Answers come from the members, never from the group: a connected socket would not hear them.',
  tryThis: 'Nothing: what is sent goes to the group, and whoever answers is listed as a peer.',
});

/** Codes of our own. */
export const udpFailures = {
  DATAGRAM_TOO_LONG: datagramTooLong,
  EMSGSIZE: datagramTooLong,
  DATAGRAM_CONNECTED: datagramConnected,
  NOT_BOUND: notBound,
  READING_CANNOT_STOP: readingCannotStop,
  IPV6_ALONE: ipv6Alone,
  GROUP_NOT_CONNECTED: groupNotConnected,
  ENODEV: noInterface,
  ENXIO: noInterface,
};

/** What the system's codes mean where a datagram was sent: they are other things for a connection. */
export const sendingFailures = {
  EACCES: broadcastDenied,
  EPERM: broadcastDenied,
  ECONNREFUSED: datagramRefused,
  ENETUNREACH: noRoute,
  EHOSTUNREACH: onLocalNetwork(noRoute),
  EADDRNOTAVAIL: noRoute,
  EINVAL: badReceiver,
  EAFNOSUPPORT: badReceiver,
};

/** And where a multicast group was joined or left, or an interface for it chosen. */
export const groupFailures = {
  EADDRINUSE: alreadyJoined,
  ENODEV: noInterface,
  ENXIO: noInterface,
  EADDRNOTAVAIL: noInterface,
  EINVAL: groupInvalid,
  ENOPROTOOPT: groupInvalid,
  ENOSYS: noSourceSpecific,
  EOPNOTSUPP: noSourceSpecific,
  ENOTSUP: noSourceSpecific,
  ENOBUFS: tooManyGroups,
};
