import type { Failure } from '../../failure.ts';

/** Texts of the desktop shell's menus and dialogs. */
export const desktop = {
  menus: {
    file: '&File',
    readyMade: 'New ready-made',
    edit: '&Edit',
    view: '&View',
    endpoint: 'E&ndpoint',
    log: '&Log',
    window: '&Window',
    help: '&Help',
    tcpStandard: 'TCP Standard (RFC 9293)',
  },
  pageCrashed: {
    message: 'The window stopped working.',
    detail: (reason: string) =>
      `Its page ended (${reason}). All sockets are still open and everything is still captured: reload to go on.`,
    reload: 'Reload',
    quit: 'Quit',
  },
  alreadyRuns: (folder: string) =>
    `Socketscope runs already with ${folder}: its window was brought to the front. To run a second one, name another folder: --user-data-dir=DIR`,
  cannotStart: {
    title: 'Socketscope cannot start',
    detail: ({ code, message, subject }: Failure) =>
      code === 'DATA_FOLDER_IN_USE'
        ? `${message}\n${subject}\n\nQuit that one first: two would write the same capture.`
        : `${message}${subject && `\n${subject}`}\n${code}`,
  },
};
