import { formatCount } from '../../show/sizes.ts';
import { formatExactBytes } from './units.ts';

/** What can be done with a record, or with some of its bytes. */
export const verbs = {
  ofRecord: (sequence: number) => `Record #${sequence}`,
  ofRecords: (count: number) => `${formatCount(count)} records`,
  ofBytes: 'Selected bytes',
  reply: 'Reply to this peer',
  edit: 'Edit in composer',
  sendAgain: 'Send again',
  saveAsMessage: 'Save as message…',
  asLines: 'Rows as lines',
  filterBy: 'Filter by',
  thisPeer: (address: string) => `This peer: ${address}`,
  thisConnection: (sequence: number) => `This connection: #${sequence}`,
  thisKind: (name: string) => `This kind: ${name}`,
  theseBytes: 'These bytes',
  firstBytes: (count: number) => `The first ${formatExactBytes(count)}`,
  notThisPeer: 'Not this peer',
  notThisKind: 'Not this kind',
  notTheseBytes: 'Not these bytes',
  notFirstBytes: (count: number) => `Not the first ${formatExactBytes(count)}`,
  makeRule: 'Make reply rule',
  peerGone:
    'This peer is not connected any more. To send the record to another one, edit it in the composer and choose whom it goes to.',
  notOpen: 'Nothing can be sent while this is not connected. Connect, then send the record again.',
  loaded: (sequence: string) => `The message is now ${sequence}, byte for byte.`,
  putBack: 'Put mine back',
  tooLong: (most: number) =>
    `That is more than ${formatExactBytes(most)}. Select less, or save the log and send the file.`,
  tooLongForRule: (most: number) => `A rule looks for at most ${formatExactBytes(most)}. Select fewer bytes.`,
};
