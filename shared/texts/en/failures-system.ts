/** What rarer codes of the system mean to a person: those of names, options and files; and too many questions about them. */
import type { FailureText } from '../failure-situation.ts';

const name = (subject: string): string => subject || 'the name';
const addSubject = (subject: string): string => (subject ? `: ${subject}` : '');

const noSuchAnswer: FailureText = ({ subject, code }) => ({
  what: `DNS has no address of this kind for ${name(subject)} (${code})`,
  cause: 'The name exists, but only with addresses of the other family, or with records of another kind.',
  tryThis: 'Use an address of the other family, or ask whoever runs the name for one of this kind.',
});

const serverFailed: FailureText = ({ subject, code }) => ({
  what: `The DNS server could not answer for ${name(subject)} (${code})`,
  cause:
    'It refused the question, did not understand it, or itself got no answer from the servers of that domain. A domain whose signatures (DNSSEC) are broken looks like this too.',
  tryThis: 'Try again, ask another DNS server (“dig @1.1.1.1 NAME”), or use the IP address.',
});

const dnsSilent: FailureText = ({ subject, code }) => ({
  what: `The DNS server did not answer in time for ${name(subject)} (${code})`,
  cause: 'It cannot be reached from here, or a firewall drops the question (UDP port 53).',
  tryThis: 'Check the network connection and the name servers that this machine has been given.',
});

const badName: FailureText = ({ subject, code }) => ({
  what: `${subject ? `${subject} is` : 'That is'} no name that DNS can carry (${code})`,
  cause: 'A part of it is empty or longer than 63 bytes, or the whole is longer than 253.',
  tryThis: 'Check the spelling of the name.',
});

const noSuchOption: FailureText = ({ code }) => ({
  what: `This system does not have that option for this kind of socket (${code})`,
  cause: 'Options differ between systems, families of addresses, and kinds of socket.',
  tryThis: 'Leave the option as it is by default. The socket works without it.',
});

const noSuchProtocol: FailureText = ({ code }) => ({
  what: `This system does not have that kind of socket (${code})`,
  cause: 'The protocol or the family of addresses is switched off or not built in: often IPv6.',
  tryThis: 'Use an IPv4 address, or switch IPv6 on for this machine.',
});

const protocolError: FailureText = ({ code }) => ({
  what: `The system found a mistake in the protocol of the connection (${code})`,
  cause: 'The connection was reset while it was being accepted, or something between the two changed it.',
  tryThis: 'Connect again. If it repeats, look at firewalls and proxies between the two sides.',
});

const networkReset: FailureText = ({ code }) => ({
  what: `The network dropped the connection (${code})`,
  cause: 'Keep-alive found that the other side is gone, or the network of this machine changed.',
  tryThis: 'Check the network connection, then connect again.',
});

const sendingOver: FailureText = ({ code }) => ({
  what: `This side has finished sending (${code})`,
  cause: 'The connection was ended in this direction before all was sent.',
  tryThis: 'Connect again to send more.',
});

const noReceiver: FailureText = ({ code }) => ({
  what: `The datagram has no receiver (${code})`,
  cause: 'The socket is not connected, and no address was named.',
  tryThis: 'Name an address and a port, or connect the socket.',
});

const badPath: FailureText = ({ subject, code }) => ({
  what: `This path cannot be followed${addSubject(subject)} (${code})`,
  cause: 'A part of it is too long, or its links lead round in a circle.',
  tryThis: 'Use a shorter path without links, such as one in /tmp.',
});

const quotaFull: FailureText = ({ subject, code }) => ({
  what: `This user may not store more there${addSubject(subject)} (${code})`,
  cause: 'A quota of the disk is used up, or a single file has reached the longest that is allowed.',
  tryThis: 'Remove what is not needed, or ask the administrator for more room.',
});

const fileBusy: FailureText = ({ subject, code }) => ({
  what: `Something else uses or already has this name${addSubject(subject)} (${code})`,
  cause: 'Another program made or opened it a moment ago, or a folder of that name is not empty.',
  tryThis: 'Choose another name, or close the program that uses it.',
});

const tooManyQuestions: FailureText = ({ code }) => ({
  what: `Too many questions about names and ports wait for an answer (${code})`,
  cause:
    'Only a few are asked at a time, so that the network and the sockets of this machine are left in peace.',
  tryThis: 'Wait a few seconds, then ask again.',
});

export const systemFailures = {
  TOO_MANY_QUESTIONS: tooManyQuestions,
  EAI_NODATA: noSuchAnswer,
  EAI_NONAME: noSuchAnswer,
  ENODATA: noSuchAnswer,
  ESERVFAIL: serverFailed,
  EREFUSED: serverFailed,
  EFORMERR: serverFailed,
  ENOTIMP: serverFailed,
  EBADRESP: serverFailed,
  ETIMEOUT: dnsSilent,
  ECANCELLED: dnsSilent,
  EBADNAME: badName,
  ENOPROTOOPT: noSuchOption,
  EOPNOTSUPP: noSuchOption,
  ENOTSUP: noSuchOption,
  EPROTONOSUPPORT: noSuchProtocol,
  EPROTO: protocolError,
  ENETRESET: networkReset,
  ENONET: networkReset,
  ESHUTDOWN: sendingOver,
  EDESTADDRREQ: noReceiver,
  ELOOP: badPath,
  ENAMETOOLONG: badPath,
  EDQUOT: quotaFull,
  EFBIG: quotaFull,
  EEXIST: fileBusy,
  EBUSY: fileBusy,
  ENOTEMPTY: fileBusy,
};
