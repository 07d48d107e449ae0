import { isolated } from '../../show/isolated.ts';
import { formatCount } from '../../show/sizes.ts';

/** Asked before an endpoint goes with its log. */
export const removing = {
  question: (name: string) => `Delete ${isolated(name)}?`,
  detail: (records: number, running: boolean) =>
    [
      running && 'Its sockets end.',
      records === 1 && 'Its log of 1 record is erased.',
      records > 1 && `Its log of ${formatCount(records)} records is erased.`,
    ]
      .filter(Boolean)
      .join(' '),
  remove: 'Delete',
  keep: 'Keep',
};
