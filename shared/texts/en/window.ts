import { formatCount } from '../../show/sizes.ts';

/** What belongs to the whole window, and is not needed before it has attached. */
export const window = {
  /** `fromFile`: of a message, which may also be a file. */
  tooLong: (length: number, most: number, fromFile: boolean) =>
    `Nothing was pasted: with it this field would hold ${formatCount(length)} characters, and it takes ${formatCount(most)}.${fromFile ? ' Send a longer message from a file, by Send a file… beside Send.' : ''}`,
  queued: (size: string) => `${size} queued`,
  separatorPeers: 'Width of the peers list',
  separatorPane: 'Width of the pane',
  showFields: 'Change where it listens or connects to',
  showStatus: 'Back to how it stands',
  /** In a word; every other failure is told by its sentence. */
  failures: {
    ECONNREFUSED: 'refused',
    ECONNRESET: 'reset by peer',
    EPIPE: 'broken off',
    ETIMEDOUT: 'timed out',
    ENOTFOUND: 'unknown name',
    EADDRINUSE: 'port in use',
    EADDRNOTAVAIL: 'not our address',
    EACCES: 'not allowed',
    ENOENT: 'no such file',
    EHOSTUNREACH: 'unreachable',
    ENETUNREACH: 'unreachable',
  } as Readonly<Record<string, string>>,
};
