import { formatCount } from '../../show/sizes.ts';
import { mostChangedFields, type FileState, type WorkspaceChange } from '../../workspaces.ts';

const kinds: Record<WorkspaceChange['what'], string> = {
  endpoint: 'endpoint',
  message: 'message',
  sequence: 'sequence',
};
const hows: Record<WorkspaceChange['how'], string> = { added: 'New', changed: 'Changed', removed: 'Gone' };

/** Workspaces, and the files that they can be. */
export const workspaces = {
  title: 'Workspaces',
  about:
    'Endpoints, rules, messages, sequences and the layout of one task. As a file it can be given to others or kept with a project; captures stay here.',
  own: 'My workspace',
  unnamed: 'Unnamed workspace',
  noFile: 'in the data folder, no file yet',
  now: 'Open now',
  others: 'Open another one',
  none: 'No other one was opened here yet.',
  openedAt: (when: string) => `opened ${when}`,
  inFolder: 'in the folder for files',
  openFile: 'Open a file…',
  make: 'New workspace',
  name: 'Name of the file',
  nameProblem: 'Begin with a letter or a digit; spaces and . _ - + ( ) can follow, 80 characters at most.',
  saveAs: 'Save as…',
  save: 'Save',
  secrets: 'With passwords of proxies',
  secretsHelp:
    'Whoever has the file has them then. Keys and passphrases of certificates are never in it, nor what starts with the app.',
  states: {
    saved: 'All that is here is in the file.',
    unsaved:
      'The file cannot be written; it is tried again every second, and all is kept in the data folder meanwhile.',
    changed: 'Another program has changed the file.',
    'both-changed': 'Another program has changed the file, and it was changed here.',
    damaged: 'Another program has changed the file, and it cannot be read any more.',
    gone: 'The file is gone. All is kept in the data folder.',
    unreadable: 'The file cannot be read. All is kept in the data folder.',
  } satisfies Record<FileState, string>,
  short: {
    saved: 'saved',
    unsaved: 'not written',
    changed: 'file changed',
    'both-changed': 'both changed',
    damaged: 'file damaged',
    gone: 'file gone',
    unreadable: 'file unreadable',
  } satisfies Record<FileState, string>,
  change: ({ what, how, name, fields }: WorkspaceChange) => {
    const shown = fields.map((field, at) => (at < mostChangedFields ? field : '…'));
    return `${hows[how]}: ${kinds[what]}${name && ` “${name}”`}${shown.length > 0 ? ` (${shown.join(', ')})` : ''}`;
  },
  stopsIt: 'is stopped',
  later: 'counts from its next start',
  takeFile: 'Take the file’s',
  keepWindow: 'Keep what is here',
  writeAgain: 'Write it again',
  kept: 'What is not taken is kept beside the file.',
  runs: (count: number) =>
    count === 1
      ? 'One endpoint runs here: it would be stopped. Its capture stays.'
      : `${formatCount(count)} endpoints run here: they would be stopped. Their captures stay.`,
  stopAndOpen: 'Stop and open',
  cancel: 'Cancel',
  wrong: (name: string) => `“${name}” cannot be opened, and all is as it was:`,
  tooLong: 'A file that is chosen here may have 1 MB at most: put a longer one into the folder for files.',
  label: (name: string, state: string) =>
    state === '' ? `Workspace: ${name}` : `Workspace: ${name}, ${state}`,
};
