/** How each key of a filter is used, by the names in `shared/filter/operators.ts`; '' is a word that stands alone. */
const keys: Record<string, { name: string; meaning: string }> = {
  '': {
    name: 'word "two words" /expression/i',
    meaning:
      'Payloads that hold it as text in any case, be it that it began in the chunks before, and events whose sentence does. Dashes, dots and slashes are letters; regular expressions stand between slashes: over the edge of chunks their matches have up to 1 KiB on each side, and ^ and $ are the ends of a chunk.',
  },
  text: { name: 'text:GET', meaning: 'The same, with its key.' },
  hex: {
    name: 'hex:0d 0a, hex:02 ?? 03',
    meaning: 'Payloads that hold these bytes, or end them; ?? is any byte.',
  },
  dir: { name: 'dir:sent', meaning: 'One of sent, received, event, failure.' },
  kind: {
    name: 'kind:data, kind:opened,closed',
    meaning: 'Kinds of records, as the menu in the filter has them; data is sent or received.',
  },
  frame: {
    name: 'frame:marked, frame:bad-crc',
    meaning:
      'Of the log by frames: whole ones, marked ones (in which something does not fit), the rest (left over at an end), or those with one mark, such as bad-crc or too-long.',
  },
  size: {
    name: 'size:>100, size:1k..4k',
    meaning: 'What was sent or received, by its bytes (1k is 1,024).',
  },
  number: {
    name: 'number:u16le:1000..1100, number:i32be<0, number:f32be:20.5',
    meaning:
      'Payloads that hold such a number at any byte: u8, u16, u24, u32, u64, with a sign i8, i16, i32, i64, with a point f32, f64, and behind those of several bytes their order, le or be.',
  },
  decoded: {
    name: 'decoded:GET, decoded:unit=3, decoded:headers.host~example, decoded:quantity>=10',
    meaning:
      'Payloads in which the endpoint’s decoder finds it: in its summary or any value, or in the fields of that name (= equals, or a range as in 1..5; ~ has; <, >). With the decoder automatic, as what each looks like.',
  },
  time: {
    name: 'time:14:02..14:05, time:>14:02:05.250, time:2026-11-30',
    meaning:
      'When, by the clock of the machine that captures; without a date, on any day. 14:02 is a whole minute.',
  },
  delta: {
    name: 'delta:>1s, delta:<20ms',
    meaning: 'Time since the record before it in the log, shown or not: pauses and bursts.',
  },
  error: {
    name: 'error:ECONNRESET, error:refused',
    meaning: 'Failures whose code or sentence has this.',
  },
  is: {
    name: 'is:failed, is:marked',
    meaning: 'One of data, event, failed, marked (with a bookmark, a note or tags).',
  },
  tag: { name: 'tag:slow, tag:slow,retry', meaning: 'Records to which you gave this tag.' },
  note: {
    name: 'note:timeout, note:/./',
    meaning: 'Records whose note has this text, in any case, or matches the expression.',
  },
  tab: {
    name: 'tab:* error',
    meaning: 'With Enter, in the window: what every tab has of it, in a tab of its own.',
  },
  conn: {
    name: 'conn:5, conn:10..50, conn:>5',
    meaning: 'Connections by the number of the record that opened them.',
  },
  peer: {
    name: 'peer:192.168.1., peer:plc-7, peer:/:502$/',
    meaning: 'The other end, by its address as the log shows it, or by the name that you gave it.',
  },
  port: { name: 'port:502, port:<1024', meaning: 'The port of the other end.' },
};

export const filter = {
  keys,
  rules: [
    { name: 'one two', meaning: 'Both must be there.' },
    { name: 'one OR two', meaning: 'One of them must be there. Brackets group: (one OR two) three.' },
    { name: '-one, NOT one', meaning: 'It must not be there: -peer:10.0.0.1.' },
    { name: 'dir:sent,received', meaning: 'One of the values of a key is enough.' },
  ],
};
