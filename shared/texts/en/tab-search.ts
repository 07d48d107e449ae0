import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

/** The document that looks in the logs of all tabs. */
export const tabSearch = {
  title: 'Search all tabs',
  filter: 'Search in all tabs',
  placeholder: 'As in a filter: text, hex:0d 0a, error:refused, delta:>1s',
  search: 'Search',
  stop: 'Stop',
  results: 'What tabs have',
  found: (rows: number, tabs: number) => `${counted(rows, 'row')} in ${counted(tabs, 'tab')}`,
  searching: (done: number, all: number) => `searching, ${formatCount(done)} of ${formatCount(all)} tabs`,
  stopped: 'stopped',
  part: (percent: number) => `${percent} %`,
  count: (rows: number) => counted(rows, 'row'),
  goTo: (name: string) => `Show all of it in ${name}`,
  nothingIn: (names: string) => `Nothing in ${names}.`,
  noTabs: 'There is no server and no client yet.',
  begin: 'Enter what to look for. A row leads to its log; a name shows all of it there.',
};
