/** Sentences of the log. `peer` is `host:port` or, where that is not known, '' . */
import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

const who = (peer: string): string => peer || 'The peer';
const whom = (peer: string): string => peer || 'the peer';
const withPeer = (peer: string): string => peer && ` with ${peer}`;

const leftOutReasons: Partial<Record<string, string>> = {
  fragment: 'fragments of IP, others of which are not in the file',
  overlap: 'fragments of IP that say different things in the same place',
  other: 'neither TCP nor UDP, or of a link that is not known',
  malformed: 'not whole, or with lengths that cannot be',
};

export const records = {
  /** Of a server on any address. */
  port: (port: number) => `Port ${port}`,
  listening: (local: string) => `Listening on ${local}`,
  stopped: (connections: number, duration: string) =>
    `Stopped listening after ${duration}${connections > 0 ? `; ${counted(connections, 'connection')} had to end` : ''}`,
  resolved: (host: string, addresses: readonly string[], duration: string) =>
    `${host} is ${addresses.join(', ')} (answered in ${duration})`,
  notResolved: (host: string, code: string, duration: string) =>
    `${host} has no address (${code}, after ${duration})`,
  attemptConnected: (remote: string, duration: string) => `Reached ${remote} in ${duration}`,
  attemptFailed: (remote: string, code: string, duration: string) =>
    `Could not reach ${remote} (${code}, after ${duration})`,
  attemptTimedOut: (remote: string, duration: string) => `${remote} did not answer within ${duration}`,
  attemptAbandoned: (remote: string, duration: string) =>
    `Gave up on ${remote} after ${duration}: another address answered, or the attempt was cancelled`,
  accepted: (peer: string) => `${who(peer)} connected`,
  initiated: (peer: string, local: string, proxy: string) =>
    `Connected to ${whom(peer)}${proxy && ` through ${proxy}`}${local && ` from ${local}`}`,
  heardOf: (peer: string) => `First datagram from ${whom(peer)}`,
  sendsTo: (peer: string) => `Datagrams go to ${whom(peer)}`,
  knownPeer: (peer: string) => `${who(peer)} was already known when the log was cleared`,
  carried: (peer: string) => `${who(peer)} was already connected when the log was cleared`,
  bound: (local: string, remote: string) =>
    remote ? `Bound to ${local}, connected to ${remote}` : `Bound to ${local}`,
  secured: (peer: string, parts: string, duration: string) =>
    `Secured with ${whom(peer)} in ${duration}: ${parts}`,
  sessionReused: 'session reused',
  notVerified: (code: string) => `not verified: ${code}`,
  cutOffByPeer: (peer: string) =>
    `${who(peer)} finished without a TLS goodbye (close_notify): what it sent may be cut off`,
  paused: {
    capture: (peer: string) => `Reading from ${whom(peer)} waits for the disk`,
    replies: (peer: string) => `Reading from ${whom(peer)} waits until it takes its replies`,
    user: (peer: string) => `Stopped reading from ${whom(peer)}`,
  },
  resumed: (peer: string, duration: string) => `Reads from ${whom(peer)} again after ${duration}`,
  idle: (peer: string, idle: string, closes: boolean) =>
    `${who(peer)} was silent for ${idle}${closes ? ', so the connection is closed' : ''}`,
  proxied: (proxy: string, target: string, duration: string) =>
    `The proxy ${proxy} connected to ${target} in ${duration}`,
  certificateRefused: (subject: string, code: string) =>
    `The certificate ${subject ? `of ${subject} ` : ''}was not accepted (${code})`,
  keyLogFailed: (peer: string, code: string) =>
    `The key log cannot be written (${code}): secrets of the connection with ${whom(peer)} are missing in it, and the connection goes on`,
  rule: (rule: number, words: string) => `Rule ${rule}${words ? `: ${words}` : ' matched'}`,
  replyFailed: (rule: number | null, code: string, why: string) =>
    `${rule === null ? 'The reply' : `Rule ${rule}`} failed${code && ` (${code})`}: ${why}`,
  joined: (group: string, interfaceAddress: string, source: string) =>
    `Joined ${group}${interfaceAddress && ` on ${interfaceAddress}`}${source && `, only from ${source}`}`,
  left: (group: string) => `Left ${group}`,
  groupFailed: (group: string, why: string) => `${group} could not be joined or left: ${why}`,
  dropped: (count: number, total: number) =>
    `The kernel dropped ${counted(count, 'datagram')} because the receive buffer was full (${formatCount(total)} in all)`,
  datagramFailed: (peer: string, length: string, why: string) =>
    `A datagram of ${length} to ${whom(peer)} was not sent: ${why}`,
  optionFailed: (option: string, code: string) =>
    code === 'IPV6_ALONE'
      ? `The option ${option} counts for IPv6 alone: this socket is of both families`
      : code === 'GROUP_NOT_CONNECTED'
        ? 'The socket is not connected to the group: answers come from its members, and only so they are heard'
        : `The system did not take the option ${option} (${code})`,
  forgotten: (peer: string) => `${who(peer)} left the list of peers to make room for newer ones`,
  clockStepped: (by: string, forward: boolean) =>
    forward
      ? `The clock went forward by ${by}: the machine slept, or its clock was set`
      : `The clock was set back by ${by}: times from here on begin earlier than those above`,
  portNotKept: (port: string, code: string) =>
    `Port ${port}, which it had before, is not free (${code}): listening on another; clients that know the old one do not find it`,
  waitingForPort: (local: string) => `Waiting until ${local} is free`,
  finishedByPeer: (peer: string) => `${who(peer)} finished sending (half-closed); this side can still send`,
  finishedByUs: (peer: string) => `Finished sending to ${whom(peer)} (half-closed); it can still send`,
  finished: (peer: string) => `The connection${withPeer(peer)} ended: both sides finished sending`,
  closedByPeer: (peer: string) => `${who(peer)} closed the connection`,
  closedByUs: (peer: string) => `Closed the connection${withPeer(peer)}`,
  resetByUs: (peer: string) => `Reset the connection${withPeer(peer)} (RST)`,
  resetByPeer: (peer: string) => `${who(peer)} reset the connection`,
  totals: (duration: string, received: string, sent: string) =>
    `after ${duration}, received ${received}, sent ${sent}`,
  unsent: (bytes: string) => `${bytes} were never sent`,
  notReading: (peer: string, queued: string) => `${who(peer)} is not reading: ${queued} wait to be sent`,
  readingAgain: (peer: string, duration: string) => `${who(peer)} reads again after ${duration}`,
  refused: (count: string, limit: string) =>
    `Refused ${count}: the limit of ${limit} ${limit === '1' ? 'connection' : 'connections'} was reached`,
  retry: (attempt: number, delay: string) => `Connecting again in ${delay} (attempt ${attempt})`,
  closeDeadline: (peer: string, unsent: string) =>
    `${who(peer)} did not take the last ${unsent} in time, so the connection was reset`,
  captureEndedEarly: 'The last run ended without closing; records of its last moment may be missing',
  oldestGone: (records: number, bytes: string) =>
    `The size limit took the oldest ${counted(records, 'record')}, with ${bytes}; all from here on is kept`,
  /** `records`: '' where the damage is in this record's own bytes. */
  damaged: (where: string, records: string) =>
    records === ''
      ? `The bytes of this record are damaged on the disk: ${where}`
      : `This record is damaged on the disk, as are all of ${records}: ${where}`,
  damagedBytes: (file: string, from: string, to: string, code: string) =>
    `bytes ${from} to ${to} of ${file} (${code})`,
  damagedRecords: (first: string, last: string) => `records ${first} to ${last}`,
  notCaptured: (peer: string, bytes: string, by: 'us' | 'peer') =>
    by === 'us' ? `${bytes} that were sent are not in the file` : `${bytes} from ${peer} are not in the file`,
  beganBefore: 'The file begins when this connection is open; what was said before is not in it',
  leftOut: (count: string, what: string) =>
    `${count} ${count === '1' ? 'packet is' : 'packets are'} left out: ${leftOutReasons[what] ?? what}`,
  captureFailed: (code: string) => `The capture cannot be written (${code}); sockets are paused until it can`,
};
