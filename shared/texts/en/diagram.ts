import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

/** A sequence diagram: what was said between this side and its peers, on one clock. */
export const diagram = {
  title: 'Sequence diagram',
  ofConnection: 'Sequence diagram of its connection',
  ofRows: 'Sequence diagram of their connections',
  thisSide: { listener: 'This server', client: 'This client', any: 'This side' },
  events: {
    connects: 'connects',
    known: 'already connected',
    heardOf: 'first datagram',
    finishes: 'finishes sending (FIN)',
    closes: 'closes (FIN)',
    ends: 'ends',
    resets: 'resets (RST)',
    refuses: 'refuses',
    noAnswer: 'no answer',
  },
  sum: (connections: number, records: number) =>
    `${counted(connections, 'connection')}, ${counted(records, 'record')}`,
  row: (time: string, direction: string, peer: string, what: string) =>
    `${time} ${direction}${peer === '' ? '' : `, ${peer}`}: ${what}`,
  rows: 'What went between them, in order',
  nothing: 'Nothing of these connections is in the log any more.',
  noneChosen: 'There is no connection in what the log shows.',
  onlyFirstConnections: (most: number) => `Only the first ${formatCount(most)} connections are drawn.`,
  onlyFirstRecords: (most: number) =>
    `Only the first ${formatCount(most)} records are drawn here. Filter for fewer, or look at it in the window.`,
  leftOut: (records: number, most: number) =>
    `${counted(records, 'record is', 'records are')} left out: a picture has room for ${formatCount(most)} peers.`,
  export: 'Export as SVG…',
  keys: '⏎ shows the record in the log',
};
