/** What the list of endpoints shows while there are none. */
export const firstSidebar = {
  label: 'Endpoints',
  openNew: 'New…',
  servers: 'Servers',
  clients: 'Clients',
  noServers: 'None yet',
  noClients: 'None yet',
  find: 'Find here',
  noneFound: 'None has that name or place.',
};
