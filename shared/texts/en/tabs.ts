export const tabs = {
  label: 'Open endpoints',
  close: (name: string) => `Close the tab ${name}`,
  new: 'New tab',
};
