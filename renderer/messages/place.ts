import { formatAddress } from '../../shared/address.ts';
import type { SavedTarget } from '../../shared/saved-messages.ts';
import { urlOf } from '../../shared/settings/transports.ts';

/** Where a message goes, with its protocol where it has one. */
export const placeOf = ({ transport, ...address }: Exclude<SavedTarget, 'all'>): string =>
  transport === undefined ? formatAddress(address) : urlOf(transport, address);
