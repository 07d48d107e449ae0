import type { RedactProblem } from '../../redaction/rules.ts';
import type { LineTimes, LogLineForm } from '../../show/line-form.ts';
import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

export type Removed = { places: number; records: number };
const places = ({ places: count, records }: Removed): string =>
  `${counted(count, 'place')} in ${counted(records, 'record')}`;

/** What a file that goes to another program, or to another person, says of itself. */
export const exporting = {
  places,
  dialog: {
    title: 'Export',
    what: 'What is exported',
    sources: {
      rows: 'Chosen rows',
      filter: 'What the filter shows',
      connection: 'One connection',
      capture: 'Whole log',
      diagram: 'What the diagram shows',
    },
    parts: { payloads: 'Bytes', events: 'Events and failures', annotations: 'Notes and bookmarks' },
    decoded: 'Decoded summary',
    format: 'Form',
    formats: {
      capture: 'Capture file (.socketscope-capture)',
      text: 'Text',
      jsonl: 'JSON Lines',
      csv: 'CSV',
      pcapng: 'pcapng',
      html: 'HTML page',
      svg: 'Sequence diagram (SVG)',
      hex: 'Hex and text',
      hexdump: 'Hex dump (xxd, text2pcap)',
      raw: 'Received bytes',
      'raw-received': 'Received bytes',
      'raw-sent': 'Sent bytes',
      c: 'C',
      python: 'Python',
      javascript: 'JavaScript',
    },
    other: 'Other',
    bytesAs: 'Bytes as',
    bytesForms: { auto: 'text or hex, as they look', text: 'text', hex: 'hex' } satisfies Record<
      LogLineForm,
      string
    >,
    times: 'Times',
    zones: { utc: 'UTC', local: 'by this machine’s clock' } satisfies Record<LineTimes, string>,
    remove: 'Remove',
    rule: 'What is removed',
    ruleHint: 'text:secret, /pattern/, name:plc-7, hex:00 F0, bytes:4..7, field:password',
    addRule: 'Add',
    addresses: 'Addresses',
    removeRule: (rule: string) => `Keep ${rule}`,
    to: 'To',
    choose: 'Choose…',
    whole: (size: string) =>
      `All of the log as it is kept (about ${size}), with the checksums that vouch for it, what was said of records, and the settings without passwords.`,
    wholeOpens:
      'Opened by double click or drop, or by “socketscope show FILE”. Nothing is removed from it: for a part, or without names and addresses, choose another form.',
    firstLines: 'First lines, as they will be written',
    more: 'More follows',
    goesOn: 'Traffic goes on meanwhile. Closing this lets the export go on in the status bar.',
    cancel: 'Cancel export',
    write: 'Export…',
    writing: 'Writing…',
  },
  rules: {
    unknown: 'Write addresses, name:NAME, text:TEXT, /PATTERN/, hex:00 F0 ??, bytes:4..7 or field:NAME.',
    empty: 'Say what is removed behind the colon.',
    pattern:
      'This is no regular expression, has other flags than i, m, s and u, or matches where there is nothing.',
    hex: 'Bytes are written as 00 F0, with ?? for any one, and not all of them can be any.',
    bytes: 'A range is bytes:4 or bytes:4..7, from 0.',
  } satisfies Record<RedactProblem, string>,
  head: {
    what: (role: 'listener' | 'client', name: string, url: string, when: string) =>
      `Exported by Socketscope: ${role === 'listener' ? 'server' : 'client'} “${name}”, ${url}, written ${when}`,
    times: (zone: string) => `Times with Z are UTC, others of the machine that wrote this: ${zone}.`,
    signs: (role: 'listener' | 'client') =>
      `↑ sent by this ${role === 'listener' ? 'server to a peer, ↓ received by it from that peer' : 'client to its server, ↓ received by it from there'}, ● event, ✕ failure`,
    peers: (named: readonly string[], more: number) =>
      `Peers: ${named.join(', ')}${more === 0 ? '' : ` and ${formatCount(more)} more`}`,
    peer: (name: string, address: string) => `${name} is ${address}`,
    removed: (removed: Removed) =>
      `Removed: ${places(removed)}. What stands there instead is as long as it was, and the same for the same.`,
    filter: (filter: string) => `Only what passes the filter ${filter}`,
  },
  html: {
    kinds: { sent: 'sent', received: 'received', event: 'event', failure: 'failure' },
    connection: (number: number) => `connection ${number}`,
  },
  pcapng: {
    file: 'What one endpoint of Socketscope sent and received. Packets are made of what its sockets read and wrote: times are theirs, and the sizes of segments, repeats and acknowledgements of the network are not in it. Inbound is what was received.',
    ip: 'TCP and UDP. TLS is in it as what it carried, without its encryption. 0.0.0.0 is an address that is not known.',
    unix: 'Unix sockets: each packet is what one read or write carried, without a header; its flags say the direction.',
    events: 'What happened beside that, as lines of a system log.',
  },
};
