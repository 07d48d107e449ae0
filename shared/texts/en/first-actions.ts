/** Names of the actions whose buttons the window shows at once. */
export const firstActions = {
  'command-palette': 'Command palette',
  'new-server': 'New server',
  'new-client': 'New client',
  'close-tab': 'Close tab',
  'edit-filters': 'Saved filters and highlights…',
  'search-tabs': 'Search all tabs…',
  'show-network': 'Network facts',
  'open-settings': 'Settings',
  'show-help': 'Help',
};
