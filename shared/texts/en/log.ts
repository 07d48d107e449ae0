import { isolated } from '../../show/isolated.ts';
import { formatBytes, formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

const records = (count: number): string => counted(count, 'record');

const losses = (lost: number | null): string =>
  lost === null ? 'losses unknown' : `${formatCount(lost)} lost`;

export const log = {
  title: 'Traffic log',
  filter: 'Filter',
  filterPlaceholder: 'Filter: text, /regex/, hex:0d 0a, dir:sent',
  /** Behind choices. */
  filterMore: 'text, /regex/, hex:01 83',
  filterMenu: 'Filter by direction, kind and peer',
  emptyFilter: 'Empty the filter',
  ofAll: (shown: string, captured: string) => `${shown} of ${captured}`,
  values: 'What can stand here',
  /** Read with its row. */
  highlighted: (colour: string, filter: string) => `highlighted, ${colour.toLowerCase()}: ${filter}`,
  asBytes: 'These bytes; as it is written, it is looked for as text.',
  editToken: 'Write it as text',
  removeToken: (token: string) => `Remove ${token}`,
  kind: 'Kind',
  /** By the words of the filter's language. */
  choices: {
    dir: { sent: 'Sent', received: 'Received', event: 'Events', failure: 'Failures' },
    kind: {
      data: 'Data',
      listening: 'Listening',
      stopped: 'Stopped',
      resolved: 'Name looked up',
      attempted: 'Attempt',
      bound: 'Bound',
      opened: 'Connected',
      secured: 'Secured',
      'half-closed': 'Half-closed',
      closed: 'Closed',
      failed: 'Failed',
      note: 'Note',
    },
    frame: { whole: 'Whole', marked: 'Something does not fit', rest: 'Left over' },
  },
  choicePeer: (peer: string) => `Peer ${peer}`,
  cleared: (count: number | null) => (count === null ? 'The log was cleared.' : `Cleared ${records(count)}.`),
  undo: 'Undo',
  dismiss: 'Dismiss',
  save: 'Save log',
  formats: {
    text: 'A line per record: time, direction, peer, size, and the payload with escapes.',
    hex: 'Payloads in lines of 16 bytes, with their offsets.',
    jsonl: 'One JSON object per record, as “--format jsonl” writes it.',
    raw: 'What was received, byte for byte, and nothing else.',
    csv: 'A row per record for spreadsheets, the bytes as hex in the last column.',
    pcapng: 'For Wireshark: connections as TCP segments, datagrams as UDP, events as comments.',
  },
  saving: (percent: number) => `Saving ${percent} %`,
  preparing: (percent: number) => `Looking for what is removed: ${percent} %`,
  cancelSaving: 'Cancel saving',
  notSaved: (what: string) => `Not saved: ${what}`,
  dismissFailure: 'Dismiss the failure',
  copy: 'Copy rows',
  copied: (count: number) => `Copied ${counted(count, 'row')}`,
  copiedPart: (count: number, selected: number) =>
    `Copied the first ${formatCount(count)} of ${formatCount(selected)} rows. “Save log” takes all of them.`,
  saved: (path: string, size: string) => `Saved ${size} to ${isolated(path)}`,
  downloaded: (size: string) => `Saved ${size} to the downloads of this browser`,
  jump: (count: number) => (count === 0 ? 'Jump to latest' : `Jump to latest (${formatCount(count)} new)`),
  reading: 'What a row is',
  readings: {
    chunks: {
      label: 'Chunks',
      why: 'A row for each read and write of a stream. Where one ends means nothing: TCP keeps no boundaries.',
    },
    frames: {
      label: 'Frames',
      why: 'A row for each message, as a rule cuts them out of the stream: a line, a length before it, a protocol. Chunks stay as they came.',
    },
    stream: {
      label: 'Stream',
      why: 'One connection as a conversation: what both sides said, in lines or as hex, whatever chunks it came in.',
    },
    datagrams: { label: 'Datagrams', why: 'A row for each datagram, as it was sent.' },
  },
  follow: 'Follow',
  following: 'Follow the newest records',
  toolbar: 'Filter and view of the log',
  footer: 'What the log shows',
  menu: 'More for the log',
  /** `gone`: what a size limit took. */
  counts: (shown: number, captured: number, lost: number | null, gone?: { records: number }) =>
    `${formatCount(shown)} shown of ${formatCount(captured)} captured · ${losses(lost)}${gone ? ` · ${formatCount(gone.records)} older went` : ''}`,
  /** Of the dashed lines in rows. */
  edges: { chunks: 'a frame ends here', frames: 'a chunk ends here', stream: 'a chunk ends here' },
  /** A chunk may be many frames, and a frame many chunks. `begun`: bytes. */
  countsByFrames: (rows: number, begun: number, captured: number, lost: number | null) =>
    `${counted(rows, 'row')} by frames${begun === 0 ? '' : `, ${formatBytes(begun)} not ended`} · ${formatCount(captured)} captured · ${losses(lost)}`,
  match: (row: number, count: number) =>
    row < 0 ? counted(count, 'match', 'matches') : `match ${formatCount(row + 1)} of ${formatCount(count)}`,
  selected: (count: number) => `${formatCount(count)} selected`,
  scanning: (percent: number) => `Searching ${percent} %`,
  timeColumns: { absolute: 'Time', relative: 'Since start', difference: 'Since last' },
  columnsHeading: 'Columns',
  widthOf: (column: string) => `Width of ${column}`,
  edge: 'Drag for another width, double-click for the usual one; ← → and Delete on the keyboard',
  columns: {
    time: 'Time',
    after: 'After',
    direction: 'Direction',
    peer: 'Peer',
    size: 'Size',
    data: 'Data',
    decoded: 'Decoded',
  },
  timeFormat: {
    absolute: 'time of day; click for the time since the first record',
    relative: 'time since the first record; click for the time since the record before',
    difference: 'time since the row above; click for the time of day',
  },
  directions: { sent: 'Sent', received: 'Received', event: 'Event', failure: 'Failure' },
  /** In place of the bytes of a datagram without any. */
  emptyDatagram: 'no bytes',
  more: (bytes: number) => `+${formatCount(bytes)}`,
  loading: 'Loading',
  empty: 'Nothing captured yet',
  emptyStopped: 'Start listening: every connection, byte and event appears here, in order.',
  emptyListening: 'Waiting for a connection. Every byte and event appears here, in order.',
  emptyClient: 'Connect: every attempt, byte and event appears here, in order.',
  noMatch: 'No record matches the filter',
  stillSearching: 'No record so far: the search goes on',
  clearFilter: 'Clear the filter',
};
