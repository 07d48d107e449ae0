/** Texts of the desktop shell's menus and dialogs. */
export const desktop = {
  menus: {
    file: '&File',
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
  cannotStart: 'Socketscope cannot start',
};
