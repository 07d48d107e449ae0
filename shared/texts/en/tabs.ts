export const tabs = {
  label: 'Open endpoints',
  open: 'New tab',
  closeOthers: 'Close other tabs',
  closeAfter: 'Close tabs to the right',
  all: 'All tabs',
  find: 'Find a tab',
  none: 'No tab has that name.',
};
