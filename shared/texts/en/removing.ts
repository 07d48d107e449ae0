import { isolated } from '../../show/isolated.ts';
import { counted } from './units.ts';

/** Asked before an endpoint goes with its log. */
export const removing = {
  question: (name: string) => `Delete ${isolated(name)}?`,
  detail: (records: number, running: boolean) =>
    [running && 'Its sockets end.', records > 0 && `Its log of ${counted(records, 'record')} is erased.`]
      .filter(Boolean)
      .join(' '),
  remove: 'Delete',
  keep: 'Keep',
};
