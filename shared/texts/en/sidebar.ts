import { formatCount } from '../../show/sizes.ts';

/** The list of endpoints. */
export const sidebar = {
  label: 'Endpoints',
  servers: 'Servers',
  clients: 'Clients',
  noServers: 'No servers yet',
  noClients: 'No clients yet',
  open: 'Open',
  more: (name: string) => `More for ${name}`,
  duplicateName: (name: string) => `${name.slice(0, 75)} copy`,
  newName: 'Name',
  removeQuestion: (name: string) => `Delete ${name}?`,
  removeDetail: (records: number, running: boolean) =>
    [
      running && 'Its sockets end.',
      records === 1 && 'Its log of 1 record is erased.',
      records > 1 && `Its log of ${formatCount(records)} records is erased.`,
    ]
      .filter(Boolean)
      .join(' '),
  remove: 'Delete',
  keep: 'Keep',
  records: (count: string) => `${count} records`,
};
