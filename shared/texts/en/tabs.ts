export const tabs = {
  label: 'Open endpoints',
  open: 'New tab',
};
