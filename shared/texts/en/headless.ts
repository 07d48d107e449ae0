import type { Failure } from '../../failure.ts';

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
    `Warning: ${host} is not loopback. Everyone who can reach this machine and learns the link can open sockets here, and the page travels unencrypted.`,
  endedBadly: (message: string) => `Socketscope could not end in order: ${message}`,
  cannotStart: ({ code, message, subject }: Failure) =>
    code === 'DATA_FOLDER_IN_USE'
      ? `${message} (${subject}) Use the one that runs, end it, or start this one with another folder: --data DIR`
      : `Socketscope cannot start: ${message}${subject ? ` (${subject})` : ''}`,
};
