/** The sheet of settings that are about the app itself. */
export const settings = {
  title: 'Settings',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  textSize: 'Text size',
  textSizes: { small: 'Small', normal: 'Normal', large: 'Large', larger: 'Larger' },
  timeFormat: 'Time in the log',
  timeFormats: { absolute: 'Time of day', relative: 'Since start', difference: 'Difference' },
  dataFolder: 'Data folder',
  dataFolderHelp: 'Captures and the workspace are kept here, on the machine that the engine runs on.',
  keepFree: 'Keep free on the disk',
  keepFreeHelp:
    'Captures leave this much to others, at most a tenth of the disk; sockets pause before it is used. 0 fills the disk.',
  keepFreeFixed: 'As --keep-free says, for this run.',
  about: 'About',
  version: (version: string) => `Socketscope ${version}`,
};
