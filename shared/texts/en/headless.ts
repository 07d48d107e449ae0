import type { Failure } from '../../failure.ts';
import type { Explanation } from '../failure-situation.ts';
import { notAllSafe } from './failures-capture.ts';

const folderCauses: Partial<Record<string, string>> = {
  EACCES: 'This user may not write there.',
  EPERM: 'The system lets nobody write there.',
  EROFS: 'The file system can only be read.',
  ENOSPC: 'The disk is full.',
  EDQUOT: 'This user has used up the room that it has on that disk.',
  EEXIST: 'A file stands where the folder would be.',
  ENOTDIR: 'A file stands where the folder would be.',
  ENAMETOOLONG: 'The system takes no name that is so long.',
};

/** What the headless host itself says, to a browser that it turns away and to the terminal. */
export const headless = {
  open: 'Open Socketscope',
  opening: 'Opening Socketscope',
  help: {
    unauthorized: { title: 'A key is needed', lines: ['Programs send it as Authorization: Bearer KEY.'] },
    host: {
      title: 'This address is not served',
      lines: [
        'Open Socketscope by exactly the address that it printed, or by localhost with the same port.',
        'Through a tunnel, use the same port number on both ends. To serve another address, start it with --host.',
      ],
    },
    origin: {
      title: 'Another page may not use Socketscope',
      lines: ['The request came from another origin.'],
    },
    site: { title: 'Another page may not use Socketscope', lines: ['The request came from another site.'] },
    request: {
      title: 'This request is malformed',
      lines: ['Open Socketscope by the address that it printed.'],
    },
    method: { title: 'Only reading is possible here', lines: ['Use GET.'] },
    body: {
      title: 'A request has no body here',
      lines: ['Everything that changes goes over the channel of the page.'],
    },
    'not-found': {
      title: 'There is nothing here',
      lines: ['Open Socketscope by the address that it printed.'],
    },
  },
  openToNetwork: (host: string) =>
    `Warning: ${host} is not loopback. Everyone who can reach this machine and learns the address can open sockets here, and the page travels unencrypted.`,
  crashed: (message: string) => `Socketscope could not end in order: ${message}`,
  endedBadly: (failure: Failure) => `Socketscope could not end in order: ${notAllSafe(failure)}`,
  notBuilt: (folder: string) => `The page is not built: ${folder} has no index.html.`,
  tooSlow: 'Not every connection to it could be closed in time.',
  /** What `explain` says of files is about single ones; here it is the place for all. */
  folder: (folder: string, { code, subject }: Failure): Explanation => ({
    what: `${folder} cannot be used as the data folder${subject && `, because of ${subject}`} (${code})`,
    cause: folderCauses[code] ?? 'The system makes or reads no files there.',
    tryThis:
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'Make room there, or name a folder on another disk: --data DIR'
        : 'Name a folder that you may write: --data DIR',
  }),
  folderLost: ({ subject }: Failure) =>
    `Another Socketscope has taken over this data folder. (${subject}) This one stood still for so long, or was cut off from the folder, that it was taken for dead. It ends now and writes nothing more; what came in the last moments before is not in the capture.`,
  cannotStart: ({ code, message, subject }: Failure) =>
    code === 'DATA_FOLDER_IN_USE'
      ? `${message} (${subject}) Use the one that runs, end it, or start this one with another folder: --data DIR`
      : `Socketscope cannot start: ${message}${subject ? ` (${subject})` : ''}`,
};
