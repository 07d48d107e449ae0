export const settings = {
  title: 'Settings',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  timeFormat: 'Time in the log',
  dataFolder: 'Data folder',
  dataFolderHelp: 'Captures and the workspace are kept here, on this machine only.',
  about: 'About',
  version: (version: string) => `Version ${version}`,
  help: 'Help',
  shortcuts: 'Keyboard shortcuts',
  close: 'Close',
};
