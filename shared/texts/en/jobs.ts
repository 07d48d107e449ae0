/** Long work, in the bar at the bottom. */
import { isolated } from '../../show/isolated.ts';

export const jobs = {
  running: {
    import: (name: string) => `Importing ${isolated(name)}`,
    verify: (name: string) => `Verifying ${isolated(name)}`,
    repair: (name: string) => `Repairing ${isolated(name)}`,
    'save-log': (name: string) => `Saving ${isolated(name)}`,
  },
  notSaved: (name: string, why: string) => `${isolated(name)} was not saved: ${why}`,
  percent: (percent: number) => `${percent} %`,
  cancel: (what: string) => `Cancel: ${what}`,
  dismiss: 'Dismiss the failure',
};
