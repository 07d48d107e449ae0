import { notAllSafe } from './failures-capture.ts';
import type { Failure } from '../../failure.ts';

/** Texts of the desktop shell's menus and dialogs. */
export const desktop = {
  /** No "&" before a letter that is a shortcut of the page with Alt. */
  menus: {
    file: '&File',
    readyMade: 'New ready-made',
    edit: 'Edit',
    view: '&View',
    endpoint: 'E&ndpoint',
    log: 'Log',
    window: 'Window',
    help: '&Help',
    closeWindow: 'Close window',
    tcpStandard: 'TCP Standard (RFC 9293)',
  },
  workspaces: 'Workspaces',
  opening: {
    failed: (name: string) => `The workspace “${name}” cannot be opened`,
    captureFailed: (name: string) => `The capture “${name}” cannot be opened`,
    runs: (name: string) => `Stop what runs, and open the workspace “${name}”?`,
    detail: 'Servers and clients of the workspace that is open would be stopped. Their captures stay.',
    stop: 'Stop and open',
    cancel: 'Cancel',
  },
  pageCrashed: {
    message: 'The window stopped working.',
    detail: (reason: string) =>
      `Its page ended (${reason}). All sockets are still open and everything is still captured: reload to go on.`,
    reload: 'Reload',
    quit: 'Quit',
  },
  reading: {
    question: {
      file: 'May messages read this file?',
      variable: 'May messages read this variable of the environment?',
    },
    detail: (name: string) =>
      `${name}\n\nWhatever is in it can be sent to others then, until Socketscope ends. Allow it if the message is yours.`,
    allow: 'Allow',
    refuse: 'Do not allow',
  },
  alreadyRuns: (folder: string) =>
    `Socketscope runs already with ${folder}: its window was brought to the front. To run a second one, name another folder: --user-data-dir=DIR`,
  pageFailed: {
    message: 'The window cannot show its page.',
    detail: (reason: string) =>
      `Loading it failed (${reason}). All sockets are still open and everything is still captured: try again. If it fails again, quit and install Socketscope anew; what was captured stays.`,
    reload: 'Try again',
    quit: 'Quit',
  },
  noBrowser: {
    title: 'The browser could not be opened',
    detail: (address: string, reason: string) =>
      `${reason}\n\nOpen this address in a browser yourself:\n${address}`,
  },
  uncaught: {
    title: 'Socketscope has to end',
    /** `unsafe`: why the captures could not be completed; null where they were. */
    detail: (error: string, unsafe: Failure | null) =>
      `Something failed that it does not know how to handle. ${
        unsafe === null
          ? 'Sockets were closed and the captures brought to disk; they are there again at the next start.'
          : `Not all that was captured is on the disk: ${notAllSafe(unsafe)}`
      } Please report this:\n\n${error}`,
  },
  endedBadly: {
    title: 'Not all that was captured is on the disk',
    detail: notAllSafe,
  },
  folderLost: {
    message: 'Another Socketscope has taken over this data folder.',
    detail: ({ subject }: Failure) =>
      `${subject}\n\nThis one stood still for so long, or was cut off from the folder, that it was taken for dead. It ends now and writes nothing more; what came in the last moments before is not in the capture.`,
  },
  cannotStart: {
    title: 'Socketscope cannot start',
    detail: ({ code, message, subject }: Failure) =>
      code === 'DATA_FOLDER_IN_USE'
        ? `${message}\n${subject}\n\nQuit that one first: two would write the same capture.`
        : `${message}${subject && `\n${subject}`}\n${code}`,
  },
};
