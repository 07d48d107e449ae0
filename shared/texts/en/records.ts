/** Sentences of the log. `peer` is `host:port` or, where that is not known, '' . */
const who = (peer: string): string => peer || 'The peer';
const whom = (peer: string): string => peer || 'the peer';

export const records = {
  /** Of a server on any address. */
  port: (port: number) => `Port ${port}`,
  listening: (local: string) => `Listening on ${local}`,
  stopped: (connections: number, duration: string) =>
    `Stopped listening after ${duration}${connections > 0 ? `; ${connections} ${connections === 1 ? 'connection' : 'connections'} had to end` : ''}`,
  resolved: (host: string, addresses: readonly string[], duration: string) =>
    `${host} is ${addresses.join(', ')} (answered in ${duration})`,
  notResolved: (host: string, code: string, duration: string) =>
    `${host} has no address (${code}, after ${duration})`,
  attemptConnected: (remote: string, duration: string) => `Reached ${remote} in ${duration}`,
  attemptFailed: (remote: string, code: string, duration: string) =>
    `${remote} failed after ${duration} (${code})`,
  attemptTimedOut: (remote: string, duration: string) => `${remote} did not answer within ${duration}`,
  attemptAbandoned: (remote: string, duration: string) =>
    `Gave up on ${remote} after ${duration}: another address answered, or the attempt was cancelled`,
  accepted: (peer: string) => `${who(peer)} connected`,
  initiated: (peer: string, local: string) => `Connected to ${whom(peer)}${local && ` from ${local}`}`,
  carried: (peer: string) => `${who(peer)} was already connected when the log was cleared`,
  secured: (peer: string) => `The connection with ${whom(peer)} is encrypted`,
  finishedByPeer: (peer: string) => `${who(peer)} finished sending (half-closed); this side can still send`,
  finishedByUs: (peer: string) => `Finished sending to ${whom(peer)} (half-closed); it can still send`,
  finished: (peer: string) => `The connection with ${whom(peer)} ended: both sides finished sending`,
  closedByPeer: (peer: string) => `${who(peer)} closed the connection`,
  closedByUs: (peer: string) => `Closed the connection with ${whom(peer)}`,
  resetByUs: (peer: string) => `Reset the connection with ${whom(peer)} (RST)`,
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
  captureFailed: (code: string) => `The capture cannot be written (${code}); sockets are paused until it can`,
};
