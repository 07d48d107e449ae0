import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

/** Of what ran when the last run ended. */
export const restart = {
  ranBefore: (count: number) => `${counted(count, 'was', 'were')} running`,
  startAgain: 'Start them again',
  choose: 'Choose…',
  startThese: (count: number) => `Start ${formatCount(count)}`,
};
