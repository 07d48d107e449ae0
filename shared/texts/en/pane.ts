/** The pane at the right of the window. */
export const pane = {
  title: 'About the chosen',
  rooms: 'Rooms of the pane',
  names: { record: 'Record', connection: 'Connection', statistics: 'Statistics', setup: 'Setup' },
  close: 'Close the pane',
  noConnection:
    'There is no connection to tell of yet. Choose a record or a peer; a connection that fails is explained here.',
};
