type Sign = { sign: string; look: 'sent' | 'received' | 'event' | 'failure'; name: string; meaning: string };
type Word = { name: string; meaning: string };
type Task = { title: string; steps: string[]; see: string };

const signs: Sign[] = [
  { sign: '↑', look: 'sent', name: 'sent', meaning: 'Bytes that this app handed to the system.' },
  { sign: '↓', look: 'received', name: 'received', meaning: 'Bytes that arrived here.' },
  {
    sign: '●',
    look: 'event',
    name: 'event',
    meaning: 'Something happened to a socket: it opened, finished sending, closed.',
  },
  { sign: '✕', look: 'failure', name: 'failure', meaning: 'Something did not work, with its cause.' },
];

const words: Word[] = [
  {
    name: 'listener',
    meaning:
      'A socket that waits at an address and port until others connect. It carries no bytes itself: each client gets a connection of its own. On screen it is a Server.',
  },
  {
    name: 'connection',
    meaning:
      'A two-way stream of bytes between two sockets, each known by address and port. TCP delivers every byte once and in order, or tells that it cannot.',
  },
  {
    name: 'address and port',
    meaning:
      'The address finds the machine, the port the program on it. 127.0.0.1 and ::1 are this machine alone; “any address” takes connections from the network too.',
  },
  {
    name: 'chunk',
    meaning:
      'What one read or write of a stream took. Its boundaries mean nothing: two sends may arrive as one chunk, one send as many.',
  },
  {
    name: 'frame',
    meaning:
      'What belongs together in a stream by a rule: a line, a length with what it counts, a message of a protocol. The log shows a stream by chunks or by frames; the bytes are the same. What does not fit the rule is marked, and what is left at the end is named.',
  },
  {
    name: 'stuck-together messages',
    meaning:
      'Two messages in one chunk, or half of one: TCP is a stream and keeps no boundaries. Protocols mark them: a line end, a length in front, or the end of the connection.',
  },
  {
    name: 'datagram',
    meaning:
      'One UDP message. It arrives whole with its boundaries, or not at all, perhaps twice or in another order; nobody is told of the loss.',
  },
  {
    name: 'half-close',
    meaning:
      'One side has finished sending (FIN) and can still receive. The other reads an end, may answer, and closes when it is done: “Finish sending” does it.',
  },
  {
    name: 'close',
    meaning: 'Both directions end, after what was queued has left. The peer reads all of it, then an end.',
  },
  {
    name: 'reset',
    meaning:
      'The connection is thrown away at once (RST), with all that was under way. The other side gets ECONNRESET; it also happens when a program ends with data unread.',
  },
  {
    name: 'refused',
    meaning:
      'The machine answered that nobody listens on that port (ECONNREFUSED). Nothing at all, until time runs out, means a firewall or an address that nobody has.',
  },
  {
    name: 'TLS',
    meaning:
      'Encryption around a TCP connection. After the handshake, which agrees on version, cipher and keys, the same bytes travel inside it.',
  },
  {
    name: 'verification',
    meaning:
      'A TLS client checks that the certificate is for the name it asked for, still valid, and signed by an authority it trusts. Without that, it is encrypted, but one does not know to whom.',
  },
  {
    name: 'text encoding',
    meaning:
      'Sockets carry bytes; text becomes bytes by an encoding. The usual one is UTF-8: é is C3 A9, 世 is E4 B8 96. Another one is chosen beside the message for what is sent, and beside Text in the record, in the options or in a peer’s menu for what is shown: log, filters, copies and saved logs follow, and the bytes stay what they are. Anything else can be written as \\xHH or in hex. As is turns escapes off: a backslash is a backslash.',
  },
  {
    name: 'function',
    meaning:
      'Double braces put something into a message as it is sent: {{counter}}, {{date}}, {{uuid}}, {{u16be 5}} for a number as bytes. {{#body}}…{{/body}} gives a part a name; {{body | length | u16be}} and {{body | crc16-modbus | u16le}} are its length and checksum, before it or behind. What changes from one message to the next is underlined below the message. {{received}} is what the peer sent last. {{file NAME}} and {{env NAME}} read nothing before it is allowed. \\{{ is two braces.',
  },
  {
    name: 'line end',
    meaning:
      'LF (0A) on Unix, CR LF (0D 0A) in most network protocols. Each line break that you type, ↵, is sent as the one that Line end says; the same is added at the end, and the bytes are shown. What was pasted with a CR stays as it came.',
  },
  {
    name: 'backpressure',
    meaning:
      'A reader that does not read fills its window, and the writer must wait. The log tells when a peer stops reading and how much is queued.',
  },
  { name: 'queued', meaning: 'To be sent, and not yet taken by the system.' },
];

const tasks = {
  greeting: {
    title: 'A greeting server',
    steps: [
      'New… → Hello-World greeting server. It listens on a free port of this machine.',
      'Press Connect a client in the hint, or run nc with the address that the tab shows.',
      'In Reply…, change the greeting, or let it stay connected afterwards.',
    ],
    see: 'The greeting is sent before the client said anything, then both logs tell who closed first.',
  },
  echo: {
    title: 'An echo server with many clients',
    steps: [
      'New… → Echo server with many clients.',
      'Connect several clients, from the hint or from other programs.',
      'Send from each; click a peer on the left, or its row in the log, to answer it; F2 gives it a name.',
    ],
    see: 'Each client gets its own bytes back. All share the server’s port; the client’s port tells them apart.',
  },
  upperCase: {
    title: 'An upper-case server',
    steps: [
      'New… → Upper-case server, then connect a client.',
      'Send hello with End: LF, then héllo, 123 and \\xFF.',
      'In Reply…, change “A message is” between a chunk and a line.',
    ],
    see: 'Capitals come back, É too, because the server reads UTF-8. Bytes that are no text, such as \\xFF, stay as they are.',
  },
  timestamp: {
    title: 'A timestamp server',
    steps: ['New… → Timestamp server, then connect a client.', 'Send a few messages, some quickly.'],
    see: 'Each answer begins with the time. The log’s times “Since last” show how long an answer took.',
  },
  udp: {
    title: 'UDP request and reply',
    steps: [
      'New… → UDP “OK…” server, then connect a client.',
      'Send ping, then an empty datagram from the menu beside Send, then several quickly.',
      'Stop the server and send again.',
    ],
    see: 'Every datagram is one record with its own boundaries. After the stop, a connected socket may learn that the port is closed; an unconnected one learns nothing.',
  },
  http: {
    title: 'HTTP GET by hand',
    steps: [
      'New… → HTTP GET by hand. Set host and port, and the Host line of the request.',
      'Press Connect, then Send. The request ends with an empty line: two CR LF.',
      'For a server of your own: a New server with the reply HTTP answer.',
    ],
    see: 'The status line, headers, an empty line, the body. With “Connection: close” the server ends it; Content-Length says how long the body is.',
  },
  tls: {
    title: 'A TLS client and a TLS server',
    steps: [
      'Client: New… → HTTPS GET by hand, Connect, Send.',
      'Server: New server, transport TLS, Start. Its certificate comes from a local authority of your own.',
      'Connect a TLS client to it: the verification fails, because nobody else knows that authority. Choose the local authority in Options, or connect anyway.',
    ],
    see: 'The log tells version, cipher, the name that was asked for and the certificate. What was connected anyway stays marked as not verified.',
  },
  failures: {
    title: 'Refused, reset and timed-out connections',
    steps: [
      'Refused: New client to 127.0.0.1 and a port where nothing listens, then Connect.',
      'Reset: connect to a server here, then choose Reset in the menu beside Disconnect, on either side.',
      'Timed out: New client to 192.0.2.1 (an address kept for examples), set the connect timeout in Options to 2000, Connect.',
    ],
    see: 'Three failures with three codes: ECONNREFUSED at once, ECONNRESET in the middle, ETIMEDOUT after waiting. Each says what happened and what to try.',
  },
  encodings: {
    title: 'Text encodings',
    steps: [
      'Start an echo server and connect to it.',
      'Send é世😀 and read the bytes under the message before it leaves.',
      'Send \\xE9 (é in Latin-1): it is no valid UTF-8.',
      'Send 世 in two messages, \\xE4\\xB8 and \\x96.',
    ],
    see: 'Bytes that are no text are marked in place, not swallowed. A character that is cut in two by chunks is no text in either of them: the log marks where it begins, as E4 B8…, and shows it whole where it ends. Who reads a stream must put its bytes together before decoding them.',
  },
  decoding: {
    title: 'See what messages say',
    steps: [
      'Connect to an HTTP server and send the request.',
      'Click the answer in the log: under its bytes stands Decoded.',
      'Click a part, or move through the tree with the arrow keys; then click a byte in the hex.',
      'Choose something else behind “Auto: HTTP”, or with D in the log: then the log has a column that says what each row means.',
    ],
    see: 'JSON, HTTP, Modbus, MQTT, DNS, Redis, TLS, WebSocket, MessagePack, CBOR, Protobuf, ASN.1, PEM and XML are known by how they begin. A part selects its bytes, a byte marks its part. Places with + count in what was unpacked: a body without gzip and chunks. What was read before a mistake stays, and the mistake stands where it is. “socketscope decode FILE” does the same.',
  },
  newest: {
    title: 'Keep only the newest records',
    steps: [
      'Open Setup in the pane at the right (Ctrl+I), and in it General.',
      'Write behind “Keep at most (MiB)” how much of the disk the log may take, 64 or more.',
      'Let traffic come. When the log takes more, its oldest records go.',
    ],
    see: 'The first row says how many records and bytes went, whatever the filter. The others keep their numbers, connections their names, and the filter goes on. Empty the field, and nothing goes any more. “socketscope listen --capture DIR --capture-limit 500M” does the same.',
  },
  sequences: {
    title: 'Go through steps',
    steps: [
      'Start an echo server and connect to it. New… → New sequence.',
      'Write in the first step what it sends, such as USER ada\\r\\n, and what it waits for, as in the log’s filter: text:ada. Say how long at most.',
      'Press Insert in the table for the next step. Let it wait for something that does not come, for 300ms at most, and go on at a failure.',
      'Choose the connection behind “to” and press Run, or Ctrl+Enter. Select the step that failed: what was sent, wanted and got stands below, and Show in log leads to it.',
    ],
    see: 'Each step goes on only when its answer came. With “each new connection” behind “to” it is switched on for all that open from then on, as a server that tests its devices does; Runs has what came of each. A value that a step sets from its answer is written as {{value NAME}} in the ones behind it; a loop goes through its steps again. The same sequence, saved as YAML, runs on the command line: connect --sequence FILE.',
  },
  messages: {
    title: 'Messages to send again',
    steps: [
      'Start an echo server and connect to it. Write PING and a line end.',
      'Save as message… in the menu beside Send: give it a name, a folder and a key. Or press S on a row of the log.',
      'Click its chip above the message, or press its key. With Shift a click loads it into the composer, to be changed.',
      'Open Messages at the left: Enter edits a row, Ctrl+Enter sends it, Alt with the arrows moves it, Delete removes it and Ctrl+Z brings it back.',
    ],
    see: 'A saved message is sent just as it was written, whatever the composer is set to: its notation, encoding, line end and what stands around it are its own. What it was before stays in its menu, under Earlier values.',
  },
  workspaces: {
    title: 'Keep a task as a file, and open it elsewhere',
    steps: [
      'Press Ctrl O (⌘O), or the name below the list at the left.',
      'Save: endpoints, rules, messages, sequences and the layout are in NAME.socketscope.json, and each change follows within a second.',
      'Open a file… brings another one in its place; what was open before stays in the list.',
    ],
    see: 'Nothing starts when a file is opened, and no other file is read. Captures stay in the data folder, with their workspace. Where another program changes the file, the line at the left says so, and you choose what counts.',
  },
  exporting: {
    title: 'Hand on what was said: Wireshark, a report, a spreadsheet',
    steps: [
      'Export… in the palette (Ctrl/Cmd K), or under Save log below the log: choose what (rows, what the filter shows, a connection, all) and its form.',
      'pcapng opens in Wireshark, HTML page in any browser, CSV in a spreadsheet; Other has hex dumps and constants for C, Python and JavaScript.',
      'Behind Remove write what others must not see, such as text:secret, /token=\\w+/ or name:plc-7, and press Enter; Addresses takes all hosts out. It says how many places that are, and the first lines show what is written.',
    ],
    see: 'What stands in the place of what was removed is as long, and the same for the same: lengths and offsets stay right.',
  },
  verifying: {
    title: 'Is a log still what was captured?',
    steps: [
      'Verify the log… in the palette (Ctrl/Cmd K), or in the menu of an endpoint or capture at the left.',
      'Each place that is not what was written is named, with the records that it concerns; Show goes there.',
      'Repair into a new capture writes what is whole into one of its own, below Captures; the log stays as it is.',
    ],
    see: 'To hand a log on with its checksums, choose Export…, Other, Capture file: a double click opens it, and socketscope verify FILE says the same there.',
  },
  importing: {
    title: 'Bring messages from Packet Sender, curl and others',
    steps: [
      'Import and export… in the palette (Ctrl/Cmd K): choose a file, drop one, or paste a line such as curl -k https://localhost:8443/.',
      'Look at what comes in, and below at what does not and why. Uncheck what you do not want.',
      'Import: messages are in the list at the left, servers and clients are tabs. Nothing starts by itself.',
    ],
    see: 'A packet’s protocol, address and repeat come with its message: Repeat… begins with its time once it is loaded. All of it goes out to Packet Sender as it came. Macros such as {{TIME}} stay what they are.',
  },
  finding: {
    title: 'Find a number, and go to a time, a record or a byte',
    steps: [
      'In the filter, number:u16le:1000..1100 finds payloads that hold such a number at any byte; behind number: the sizes and byte orders are offered. What is found is marked.',
      'tab:* before it, and Enter, looks in all tabs: each says how much it has, and a row leads to its log.',
      'Saved filters and highlights…, in the menu of the filter, keeps a filter by a name, and gives rows that pass one a colour.',
      'Press G and then T, outside of fields, or choose Go to a time, record or byte… in the palette.',
      'Type #12 for a record, 14:03:02.5 for a time, +1.5s for so long after the first shown row, or @4096 for a byte of what was sent and received: of one connection or one direction where the filter shows only that.',
    ],
    see: 'The log stands at the row, which is chosen, and a note says which record it is, or that it is the nearest one that is shown.',
  },
  marking: {
    title: 'Mark records, and find them again',
    steps: [
      'Choose a record in the log, or several with Shift, and press B: they have a bookmark. B once more takes it back.',
      'Press Shift B, write a note and tags, and press Enter.',
      'Press N and P to go from one marked record to the next, or write is:marked, tag:slow or note:late in the filter.',
    ],
    see: 'Bookmark, tags and note stand at the end of the row and in the pane. They are kept with the log for the next run, and stand in saved logs. By frames, a frame has what was said of the record in which it ends. socketscope annotate says the same on the command line.',
  },
  comparing: {
    title: 'Compare two messages',
    steps: [
      'Send two messages that differ a little, such as {"id": 1, "fw": "2.14"} and {"id": 2, "fw": "2.15", "door": 1}.',
      'In the log, choose the first one and press M; choose the other one and press Shift M. Two chosen rows are compared by Shift M alone.',
      'N and P go from difference to difference. Type ids, times, field:fw or bytes:0..1 beside Ignore to pass over what is meant to differ: it is remembered for this server or client.',
      'Several chosen rows are marked by M as one, each direction joined, and so are bytes chosen in a stream; the menu of bytes in the pane marks a part of a record.',
    ],
    see: 'What one side has not is hatched, what is ignored is struck. Below stand the fields that differ and when both came. Frames, and by the menu of a row whole connections, are compared the same way; socketscope compare does so on the command line.',
  },
  diagram: {
    title: 'See who said what to whom',
    steps: [
      'Connect two clients to an echo server, and send something from each.',
      'Press Ctrl+K and run Sequence diagram of the log, or choose it in the menu of the log. Several chosen rows make one of their connections alone, the menu of a row or of a peer one of that connection.',
      'Click an arrow, or press Enter on a row: the log stands at its record. Decode as… in the log puts what messages say on their arrows.',
      'Export as SVG… makes a picture of it, without what is behind Remove.',
    ],
    see: 'This side has a line, and so has each peer, up to 24. Arrows are what was sent and received, dashed ones how connections begin and end: ● opened, ◐ half-closed, ○ closed, ✕ reset, refused or failed. Times stand at the left. socketscope export DIR --to svg --out FILE draws the same.',
  },
  boundaries: {
    title: 'Stuck-together and torn messages',
    steps: [
      'New… → Stuck-together messages, then Connect a client from the hint.',
      'Look at the client’s log: its one chunk holds one, two and half of three. Send anything: the other half is a chunk of its own.',
      'Above that log, switch Chunks to Frames: three rows, one for each line. A bracket joins those that ended in the same read, a dashed line stands where one was torn. Select it: an amber line in its bytes stands where the server wrote anew, which is known because it runs here, too.',
      'Press the button beside the switch: what a frame is can be a line, a delimiter, a length before it, a pause, or a protocol. Choose fixed, and see the same bytes cut elsewhere; choose line again.',
      'On the server, set “A message is” in Reply… to a chunk, then to a line, and send one\\ntwo\\nthree\\n each time.',
    ],
    see: 'Chunks are what TCP happened to deliver, and stay as they came. Frames are what the protocol means: that is why protocols mark their boundaries, and why a program must cut before it answers.',
  },
  conversation: {
    title: 'Read a connection as a conversation',
    steps: [
      'Connect, and send a request: the answer comes in chunks that mean nothing.',
      'Above the log, choose Stream, or press V on a record: what both sides said stands line by line, with a dashed line where a chunk ended. ↑ and ↓ choose one side alone, Mixed shows what is no text as hex.',
      'Click in the answer, then with Shift where it ends: the pane has it as one, decoded, and Copy as takes it. A drag chooses bytes.',
      'Press Ctrl+F and write a word, an expression as /id=\\d+/, or hex:0d 0a: it is counted and marked, in the bytes of the pane too, F3 goes from one to the next. V goes back to the log, at the same record.',
    ],
    see: 'What was captured stays as it is: the stream is another way to read it, at any length and while it comes. Of a server it shows the peer that the log shows alone, the one whose record is chosen, or the newest. socketscope show DIR --stream CONNECTION prints the same.',
  },
  halfClose: {
    title: 'Half-close',
    steps: [
      'Connect a client to the echo server, and send something.',
      'On the client, choose Finish sending beside Disconnect.',
    ],
    see: 'The server is told of the end (FIN) and can still answer; this one finishes too once everything is sent.',
  },
  statistics: {
    title: 'Measure round trips',
    steps: [
      'Start the echo demo and repeat a message in the client: menu beside Send → Repeat…, every 100 ms.',
      'Click the small line at the end of the status line: the room Statistics opens.',
      'Choose under Round trips which reply belongs to a request: the next one, the next message, the same field or text.',
    ],
    see: 'How long half, 95 and 99 of a hundred replies take, which requests got none, throughput over time, and where a regular message is missing. Export CSV has all of it.',
  },
  captured: {
    title: 'Traffic that Wireshark or tcpdump has captured',
    steps: [
      'Drop a pcap, pcapng or .socketscope-capture file on the window, or choose it behind Import and export…; Import capture.',
      'It stands below Captures with its date and size: filter it, read it in Frames or Stream, decode it, as any other log.',
    ],
    see: 'Each connection with what both sides said, in order. What is not in the file is a line in its place. Nothing can be sent there.',
  },
  repeat: {
    title: 'The same message again and again',
    steps: [
      'Start the echo demo and write “tick {{counter}}” in the client.',
      'Menu beside Send → Repeat…, every 100 ms, Start.',
      'Stop it in the line above the message.',
    ],
    see: 'Ten a second, each with its own number. The line tells the rate, how late they are and how many failed; every 0 shows what the connection takes.',
  },
  many: {
    title: 'Many clients at once',
    steps: [
      'Start the echo demo, disconnect its client, and write “I am {{counter}}”.',
      'Menu beside Connect → Connect many…: 100 within 5 s, Connect.',
      'Details in the line above the message says how long connecting took, and why some failed.',
    ],
    see: 'A hundred connections of one client, each with its own records. Stop ends all of them.',
  },
  program: {
    title: 'The same in your own program',
    steps: [
      'Start the echo demo and send a message or two from the client.',
      'Choose the rows ↑ of the log with Shift, and right click: Copy as a program → Python.',
      'Paste it into a file and run it as the comment at its top says.',
    ],
    see: 'The program sends the same bytes and prints the echo; the server’s log shows it as another peer. The menu of a tab copies the whole client or server.',
  },
  chat: {
    title: 'A chat room',
    steps: ['New… → Chat room, then connect two clients or more.', 'Send lines from each.'],
    see: 'Each line is sent to everybody but the one who wrote it.',
  },
} satisfies Record<string, Task>;

/** The sheet that teaches. */
export const help = {
  title: 'Help',
  search: 'Search the help',
  sections: 'Sections',
  tasks: 'Things to try',
  words: 'Words',
  filters: 'Filters of the log',
  signs: 'Signs',
  shortcuts: 'Keyboard shortcuts',
  /** Before a key that does so only there. */
  inLog: 'in the log',
  see: 'What you see',
  make: (action: string) => `Begin: ${action}`,
  begin: 'Begin',
  nothing: 'Nothing in the help has these words.',
  signList: signs,
  wordList: words,
  taskTexts: tasks,
};
