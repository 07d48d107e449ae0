import { formatCount } from '../../show/sizes.ts';

/** Of what ran when the last run ended. */
export const restart = {
  ranBefore: (count: number) => `${formatCount(count)} ${count === 1 ? 'was' : 'were'} running`,
  startAgain: 'Start them again',
  choose: 'Choose…',
  startThese: (count: number) => `Start ${formatCount(count)}`,
};
