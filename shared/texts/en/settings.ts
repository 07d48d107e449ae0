type Concept = {
  sign: string;
  look: 'sent' | 'received' | 'event' | 'failure' | 'plain';
  name: string;
  meaning: string;
};

const conceptList: Concept[] = [
  { sign: '↑', look: 'sent', name: 'sent', meaning: 'Bytes that this app handed to the system.' },
  { sign: '↓', look: 'received', name: 'received', meaning: 'Bytes that arrived here.' },
  {
    sign: '●',
    look: 'event',
    name: 'event',
    meaning: 'Something happened to a socket: it opened, finished sending, closed.',
  },
  { sign: '✕', look: 'failure', name: 'failure', meaning: 'Something did not work, with its cause.' },
  {
    sign: '',
    look: 'plain',
    name: 'chunk',
    meaning: 'One read or write of a stream. TCP keeps no boundaries: two sends may arrive as one chunk.',
  },
  {
    sign: '',
    look: 'plain',
    name: 'half-closed',
    meaning: 'One side has finished sending (FIN); the other may still send.',
  },
  { sign: '', look: 'plain', name: 'queued', meaning: 'To be sent, and not yet taken by the system.' },
];

/** The sheets about the app itself: settings and help. */
export const settings = {
  title: 'Settings',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  timeFormat: 'Time in the log',
  timeFormats: { absolute: 'Time of day', relative: 'Since start', difference: 'Difference' },
  dataFolder: 'Data folder',
  dataFolderHelp: 'Captures and the workspace are kept here, on the machine that the engine runs on.',
  about: 'About',
  version: (version: string) => `Socketscope ${version}`,
  help: 'Help',
  concepts: 'Words and signs',
  conceptList,
  shortcuts: 'Keyboard shortcuts',
};
