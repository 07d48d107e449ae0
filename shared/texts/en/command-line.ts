import { exporting, type Removed } from './exporting.ts';
import { framing } from './framing.ts';
import { formatCount } from '../../show/sizes.ts';
import type { ManyFacts } from '../../many.ts';
import { manySum } from './many-sum.ts';
import { counted, formatExactBytes } from './units.ts';
import { repeated, type Repeated } from './repeated.ts';

/** What the command line says: its help, and what is wrong with a line. */
const notation =
  'TEXT is written as in the composer: \\r \\n \\t \\0 \\\\ \\xHH \\u{…}, and functions such as {{counter}}; all else is UTF-8.\n“socketscope bytes TEXT” shows what would be sent, “socketscope bytes --help-functions” lists the functions.';

const exitCodes = `Exit codes:
  0        done
  1        the network failed, or the peer reset the connection: standard error names the code
  2        the command line is wrong
  130 143  ended by Ctrl-C or SIGTERM, after closing in order; a second one ends at once`;

const output = `Output:
  text     a line of time, direction and text for each line of a payload; controls are shown as escapes
  hex      the same with hex bytes, 16 in a line
  jsonl    one JSON object for each record, events too; fields are in docs/command-line.md
  raw      the received bytes and nothing else
  csv      a row per record, for spreadsheets, events too; the bytes are hex in the last column
  pcapng   packets for Wireshark: “--format pcapng | wireshark -k -i -” shows them as they come
  In all but jsonl, events and failures go to standard error. Every record is written at once. A slow reader
  of standard output slows the peers down; nothing is dropped.`;

const captures = `Captures:
  --capture DIR keeps everything in a data folder: look at it with “socketscope serve --data DIR”. Without it a
  temporary folder is used and removed at the end.`;

const wrapSpec =
  'head=TEXT,length=u16be,counts=message|all,checksum=crc16-modbus,order=usual|be|le,covers=all|message,tail=TEXT; what is left out is not there';

export const commandLine = {
  description: 'A socket tester: listen, connect, send, and see every byte and every socket event.',
  serve: 'Serve Socketscope to a browser on this machine.',
  listen: 'Listen at URL, answer peers, and print what they send.',
  connect: 'Connect to URL, send, and print what comes back.',
  bytes: 'Print the bytes that would be sent for TEXT.',
  bytesText: 'what is written; “-” for standard input',
  program: 'Print a program that does what connect or listen would do.',
  programCommand: 'connect or listen',
  frames: 'Cut the bytes of FILE into frames, and print one a line.',
  annotate: 'Set bookmarks, notes and tags of records of a capture, and print what is said of them.',
  annotateWhat: 'records such as #12',
  annotateExamples: `Examples:
  socketscope annotate ~/capture '#12' --note 'came 200 ms late' --tag slow
  socketscope annotate ~/capture '#12' '#31' --bookmark --untag slow
  socketscope show ~/capture --filter 'tag:slow'

Exit codes:
  0        all is said
  1        the disk or the output failed
  2        the command line is wrong, or there is no such record`,
  notAnnotated: (message: string) => `socketscope: nothing more is said: ${message}`,
  compare:
    'Compare two records of a capture, or two connections, byte by byte and as what they say; 1 where they differ.',
  compareWhat:
    'a record such as #12, several joined (#3,#5..#9), all of a connection (conn:5), or bytes of these (#12@4..9)',
  compareExamples: `Examples:
  socketscope compare ~/capture '#4' '#9'
  socketscope compare ~/capture '#4' '#9' --ignore times --ignore bytes:0..1 --format jsonl
  socketscope compare ~/capture conn:2 conn:31
  socketscope compare ~/capture '#4@8..' '#9@8..'
  socketscope compare ~/capture '#3..#6' '#20..#23'

Rules:
  bytes:0..1    these bytes of both, from 0
  field:sent    a decoded field, by its name or path, and what is below it
  times         fields that are times or have their names
  ids           the same of ids

Exit codes:
  0        nothing differs but what is ignored
  1        they differ
  2        the command line is wrong, or there is no such record`,
  compared: (differences: number, bytes: number) =>
    differences === 0 ? 'no difference' : `${counted(differences, 'difference')}, ${formatExactBytes(bytes)}`,
  comparedCut: (most: string) => `socketscope: only the first ${most} of each were compared`,
  comparedLate: 'socketscope: the rest took too long to align: it counts as one difference',
  decode: 'Read the bytes of FILE as what they say, and print that as a tree.',
  decodeFile: 'one message or several; “-” for standard input',
  export: 'Write what was captured in a data folder as a file for another program or person.',
  show: 'Print what was captured in a data folder.',
  showFolder: 'made by --capture, or the app’s own (“socketscope serve --data DIR”)',
  stats: 'Print what the messages of a captured log come to: throughput, sizes, round trips, gaps.',
  messages: 'List the messages that are saved in a data folder.',
  import:
    'List what FILE of another program brings, or write it as a file of its own; captured traffic becomes a capture.',
  importFile:
    'of Packet Sender, sokit or Hercules, command lines, pcap, pcapng, or any bytes; “-” for standard input',
  workspace: 'Look at a workspace file, or make one of the workspace that is open in a data folder.',
  workspaceTask: 'check or export',
  workspaceFile: 'NAME.socketscope.json; “-” for standard output (export)',
  serveFile: 'a workspace to open, or captured traffic to bring in; without it, what was open last',
  listenUrl: 'tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT or unix:///PATH; port 0 is any free one',
  connectUrl: 'tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT or unix:///PATH',
  framesFile: 'what was received elsewhere; - is standard input',
  version: 'print the version',
  help: 'print this help',
  helpCommand: 'print the help of a command',
  options: {
    bookmark: 'set a bookmark',
    noBookmark: 'take it back',
    note: 'say this; an empty TEXT says nothing',
    tag: 'a tag more; can be repeated',
    untag: 'a tag less; can be repeated',
    servePort: 'port of the page; 0 takes any free one',
    serveHost: 'address to bind; other machines can connect if it is not loopback',
    noOpen: 'do not open a browser',
    start: 'start the endpoints of these names too, beside those that start with the app',
    noStart: 'start none, not even those that start with the app',
    startAgain: 'start those too that were running when the last run ended',
    data: 'where endpoints and captures are kept (or the variable SOCKETSCOPE_DATA)',
    reply: 'none, echo, upper, timestamp, prefix:TEXT, text:TEXT or http:FILE',
    greet: 'send TEXT to each peer that connects',
    thenClose: 'close each connection behind its greeting',
    maxConnections: 'refuse further peers while so many are connected',
    selfSigned: 'show a certificate made for this run (tls)',
    clientCa: 'require client certificates signed by the authorities in FILE, PEM (tls)',
    send: 'send TEXT; what begins with --send can be repeated and keeps its order',
    sendHex: 'send bytes such as “00 ff 0d0a” or “00:ff”',
    sendBase64: 'send the bytes of Base64, in either alphabet, with padding or without',
    sendFile: 'send the bytes of FILE',
    pieces: 'files go in pieces of N bytes, each a write of its own (udp: a datagram), or line by line',
    pieceEvery: 'with --pieces: so many milliseconds from one to the next',
    sendSaved: 'send the saved message of this name, or FOLDER/NAME, as it was written in the window',
    savedData:
      'where --send-saved, and messages that a --sequence names, are looked for (default: the folder of the window)',
    wrap: `around each --send, --send-hex and --send-base64: ${wrapSpec}`,
    bytesWrap: `around the message: ${wrapSpec}`,
    eol: 'line end behind each --send and each typed line: none, lf, cr or crlf (default: none; lf for typed lines)',
    halfClose: 'finish sending behind the last byte and go on receiving (udp: end the run)',
    every: 'send the last of these messages again every MS milliseconds, 0 as fast as it is taken',
    times: 'end that after N times (default: goes on until the run ends)',
    jitter: 'send each of them up to MS later, by chance',
    stopOnFailure: 'end the run at the first of them that cannot be sent',
    clients: 'make N connections, each of which sends these messages, made for it (tcp, tls, unix)',
    ramp: 'begin them evenly within S seconds, or N of them a second (default: all at once)',
    hold: 'close them S seconds behind the last, once all that has an end is sent (default: they stay)',
    joined: 'with --every 0, put many into one write and one record (tcp, tls, unix)',
    verify: 'check the server’s certificate: on or off (tls, default: on)',
    ca: 'trust the authorities in FILE, PEM, instead of the system’s and Node’s (tls)',
    servername: 'name to ask for and to check instead of HOST (tls)',
    bind: 'connect from this local address and port',
    proxy: 'connect through socks5://USER:PASS@HOST:PORT or http://… (tcp, tls)',
    cert: 'show the certificate chain in FILE: PEM, or PKCS#12 with its key (tls)',
    key: 'private key of --cert, PEM; without it, it is in the same file (tls)',
    passphraseFile: 'the first line of FILE opens the private key (tls)',
    join: 'receive what is sent to this multicast group, on the interface IF; can be repeated (udp)',
    source: 'of the groups of --join, only what ADDR sends (udp)',
    tlsMin: 'lowest TLS version: 1.0, 1.1, 1.2 or 1.3 (tls, default: 1.2)',
    tlsMax: 'highest TLS version (tls, default: 1.3)',
    alpn: 'protocols to agree on, such as h2,http/1.1 (tls)',
    sequence:
      'go through the steps of FILE (YAML) on the connection, or on each that is accepted; exit code 1 where one fails',
    allowFile: 'messages may put in this file, or those of a folder, by {{file PATH}}; can be repeated',
    allowEnv: 'messages may put in this variable by {{env NAME}}; can be repeated',
    encoding:
      'what the text of both directions is in: shown, filtered, sent and answered; by any usual name, such as gbk, cp1251 or latin2',
    bytesEncoding: 'what TEXT is sent in, by any usual name, such as gbk, cp1251 or latin2',
    asProgram: 'the language of the program',
    pause: 'wait S seconds between the messages',
    as: 'how TEXT is written; the last three as in those programs',
    bytesEol: 'what a line break in TEXT is sent as, and the end behind it',
    bytesFormat: 'hex, raw bytes, text with escapes, or jsonl: a line for each part and one for all',
    helpFunctions: 'list the functions that can stand in double braces',
    format: 'what standard output gets',
    stream:
      'only what connection CONNECTION said, as a conversation; its number is that of jsonl and of conn: in filters',
    direction: 'of --stream, one direction or both (default: both, with raw received)',
    filter: 'of that, only records that pass, such as "dir:received -text:ping"',
    out: 'write that to FILE, replacing what it held',
    pcapng: 'write all of it to FILE too, as it comes, as packets for Wireshark, replacing what it held',
    exportTo: 'as what it is written',
    exportOut: 'where to; it is whole, or what FILE held stays',
    redact: 'remove RULE, as below; can be repeated',
    bytesAs: 'how text writes bytes: as text, as hex, or as they look (default auto)',
    lineTimes: 'how text and hex write times: in UTC, or by the clock of this machine (default utc)',
    leaveOut: 'leave out payloads, events or annotations (bookmarks, notes and tags); can be repeated',
    dryRun: 'write nothing, say what is removed',
    exportFilter: 'only records that pass, such as "dir:received -text:ping"',
    capture: 'keep every record in folder DIR',
    captureLimit: 'keep the newest records alone, at most SIZE of them on the disk, such as 500M (--capture)',
    keepFree:
      'disk space that captures leave free, such as 2G; 0 for none (default 256M; never more than a tenth of the disk)',
    keylog: 'append TLS secrets to FILE: whoever has them can read the traffic (tls)',
    timeout: 'end the whole run after S seconds',
    connectTimeout: 'give up connecting or a TLS handshake after S seconds (default: 10)',
    idleTimeout: 'close a connection on which nothing moved for S seconds (udp: end the run)',
    diagnose:
      'behind a failure, find out who has the port or what answers, for at most 3 s (usual at a terminal)',
    noDiagnose: 'do not, at a terminal either',
    count: 'end after N received chunks, datagrams or frames',
    frame: 'see messages, not chunks: line, length:u16be, modbus-tcp … (“socketscope frames --help” has all)',
    decode: 'say beside each message what it means, with text, jsonl, csv, html and svg',
    stats:
      'at the end, say on standard error what the messages came to: throughput, sizes, round trips, as “socketscope stats” does',
    match: 'what a reply is: next, frame (message by message), decoded:PATH, pattern:RE, or none',
    requests: 'which direction asks (usual: sent of a client, received of a server)',
    decodeStats: 'as what messages are read for decoded:PATH; without it, what the first looks like',
    numbers:
      'where received datagrams have their numbers: u16be@OFFSET, u8@OFFSET, u32le@OFFSET or pattern:RE',
    secrets: 'with passwords of proxies: whoever has the file has them',
    importAs: 'what FILE is; without it, that is recognised',
    importTo: 'write to FILE2 instead of standard output; of captured traffic, the data folder',
    importFormat:
      'a list for people; Socketscope’s own JSON (usual with --to); or JSON that Packet Sender reads',
    framesFormat: 'what standard output gets',
    decodeAs: 'what the bytes are (default: what they look like)',
    registers: 'how Modbus registers are read; -swapped has the low word first (default: u16)',
    from: 'who sent it, where a request and a reply look the same',
    datagram: 'the bytes came as one datagram',
    ignore: 'pass over RULE, as below; can be repeated',
    at: 'with “values”: of the bytes from N on, such as 16 or 0x10 (default: 0)',
    value: 'with “values”: a row of your own, such as \'temp=u16be * 0.1 "°C"\'; can be repeated',
    endpoint: 'of which server or client, where there are several, by its name',
  },
  mainExamples: `Examples:
  socketscope serve
  socketscope listen tcp://127.0.0.1:9000 --reply echo
  socketscope connect tcp://127.0.0.1:9000
  socketscope listen --help

${exitCodes}`,
  serveExamples: `Examples:
  socketscope serve
  socketscope serve --port 8080 --no-open
  socketscope serve --data ./captures

It prints the address of the page, with the key that lets a browser in; Ctrl-C ends it. To use it from another machine, rather tunnel the port
(ssh -L 8080:127.0.0.1:8080 HOST) than serve another address with --host.

Exit codes:
  0        ended by Ctrl-C or SIGTERM
  1        it cannot start: standard error says why
  2        the command line is wrong`,
  bytesExamples: `Examples:
  socketscope bytes 'GET / HTTP/1.0\\r\\n\\r\\n'
  socketscope bytes --as hex '{{body | length | u16be}} {{#body}} 01 03 00 00 00 02 {{/body}} {{body | crc16-modbus | u16le}}'
  socketscope bytes --as hercules 'AT$0D$0A' --format text
  socketscope bytes --format jsonl 'id={{uuid}}\\n'
  socketscope bytes --help-functions

Exit codes:
  0        done
  2        TEXT cannot be sent: standard error marks the place`,
  listenExamples: `Examples:
  socketscope listen tcp://127.0.0.1:9000 --reply echo
  socketscope listen tcp://[::1]:0 --reply prefix:OK... --format jsonl
  socketscope listen tcp://:8080 --reply http:index.html
  socketscope listen tcp://127.0.0.1:7000 --greet 'Hello, World!\\r\\n' --then-close
  socketscope listen tls://localhost:8443 --self-signed --reply echo
  socketscope listen udp://0.0.0.0:5000 --format hex
  socketscope listen unix:///tmp/demo.sock --reply upper
  socketscope listen tcp://127.0.0.1:9000 --send 'tick {{counter per=connection}}\\n' --every 1000
  socketscope listen tcp://127.0.0.1:9000 --format raw --out received.bin

${notation}
Each peer is sent what the options say from when it comes, and with --every the last of it again, at times of its own.
An empty host (tcp://:9000) is every address of this machine, IPv4 and IPv6. IPv6 stands in brackets: tcp://[fe80::1%eth0]:9000.

${output}

It ends with --count, --timeout or a signal.

${captures}

${exitCodes}`,
  connectExamples: `Examples:
  socketscope connect tcp://127.0.0.1:9000
  socketscope connect tcp://example.org:80 --send 'GET / HTTP/1.0\\r\\nHost: example.org\\r\\n\\r\\n'
  socketscope connect tls://example.org:443 --alpn http/1.1 --send-file request.bin --format raw
  socketscope connect udp://127.0.0.1:5000 --send-hex '01 00 ff' --count 1 --timeout 3
  socketscope connect unix:///tmp/demo.sock --send hello --eol lf --half-close
  socketscope connect udp://127.0.0.1:5000 --send 'tick {{counter}}' --every 100 --jitter 20 --times 1000
  socketscope connect tcp://127.0.0.1:9000 --clients 500 --ramp 50/s --send 'I am {{counter}}\\n' --hold 10
  socketscope connect tcp://127.0.0.1:25 --sequence login.socketscope.yaml
  socketscope connect tcp://10.0.0.7:25 --proxy socks5://user:secret@127.0.0.1:1080
  tar c . | socketscope connect tcp://127.0.0.1:9000 --half-close --format raw

${notation}

Input:
  First what the options that begin with --send say, then standard input as it comes. At a terminal each line is
  sent when Enter is pressed, and Ctrl-D finishes sending. Over udp each message, typed line, or read of standard
  input is one datagram of at most 65507 bytes.

With --clients N many are connected at once, and standard input is not read. Each sends what the options say as soon as
it is open; at the end standard error has how many were opened, how long that took, and why others failed: exit code 1.

It ends when the peer closes, and with --count, --timeout or a signal. The end of standard input alone ends nothing;
--half-close tells the peer about it. When the peer finishes first, standard input that says nothing for a second
counts as ended, which standard error tells; so it does with --half-close behind a --send option, unless it has said
something before.

${output}

${captures}

${exitCodes}`,
  messagesExamples: `Examples:
  socketscope messages
  socketscope messages --data ./captures --format jsonl
  socketscope connect tcp://127.0.0.1:9000 --send-saved 'Modbus/Read temps'

Output:
  text     a line each: the key, FOLDER/NAME, how it is written, and the text
  jsonl    {"name","folder","key","note","mode","text","encoding","lineEnd","wrap","target"}

Exit codes:
  0        done
  2        the command line is wrong, or the folder cannot be read`,
  decodeExamples: (kinds: readonly { id: string; name: string }[]) => `Examples:
  socketscope decode response.bin
  socketscope decode --as modbus-tcp --registers f32-swapped reply.bin
  socketscope bytes --format raw '{"a": 1}' | socketscope decode --format jsonl -

Decoders:
${kinds.map(({ id, name }) => `  ${id.padEnd(11)} ${name}`).join('\n')}

  values      the bytes from --at on as numbers, times and addresses, in both orders
  histogram   how often each byte is there, and how evenly

Output:
  text     what it is and says in a line, then the tree: offset, bytes in hex, name and value. Offsets with + count
           in what was unpacked, unmasked or joined
  jsonl    {"as","summary","error"}, then {"path","offset","length","value","layer","problem"} for each part;
           of values {"name","little","big"} or {"name","value"}

Exit codes:
  0        all of it was read
  1        something is wrong with the bytes: what comes before is printed, and standard error says where it is
  2        the command line is wrong, or the bytes look like none of these`,
  decodeUnknown: 'these bytes look like nothing that is known; --as says what they are',
  decodeTooLong: (most: string) => `is longer than ${most}`,
  decodeProblem: (problem: string, offset: string) => `socketscope: at byte ${offset}: ${problem}`,
  showExamples: `Examples:
  socketscope show captured
  socketscope show captured --filter 'dir:received size:>1k' --format hex
  socketscope show captured --frame line --format jsonl --out lines.jsonl
  socketscope show captured --stream 1 --direction received
  socketscope show ~/.local/share/socketscope --endpoint 'Server 9000' --filter 'delta:>1s'`,
  exportExamples: `Examples:
  socketscope export captured --to pcapng --out conversation.pcapng
  socketscope export captured --to hexdump --filter 'dir:received conn:3' --out c3.hex; xxd -r c3.hex c3.bin
  socketscope export captured --to svg --filter 'conn:3' --out c3.svg
  socketscope export captured --to html --out report.html --redact addresses --redact '/token=[\\w-]+/'
  socketscope export ~/.local/share/socketscope --endpoint 'Server 9000' --to csv --out server.csv
  socketscope export captured --to capture --out handed-on.socketscope-capture --leave-out annotations

Formats:
  text, hex     a line per record; offsets, bytes and characters
  hexdump       what “xxd -r” and “text2pcap” read; offsets go on from record to record
  jsonl, csv    one JSON object, or one row, for each record
  pcapng        packets for Wireshark
  html          a report for a browser, in one file that loads and runs nothing
  svg           a sequence diagram: who said what to whom, on one clock; the first 2,000 records
  raw-received  the bytes of one direction and nothing else (“raw” is the same)
  raw-sent      those of the other one
  c, python,    a constant for each record: received_12 is what record 12 received
  javascript
  capture       all of the log with its checksums: the app opens it, and show, verify and import read it
  All but raw, jsonl, csv and capture begin with whose they are, the zone of times and who is who; in those, each line says it.

Rules (--redact), each for all that is written: messages, events, notes and the head:
  addresses      hosts of peers, of this machine and of proxies, by address and by name
  name:NAME      NAME in any case, and the address of a peer that has this name
  text:TEXT      TEXT, also as JSON, in URLs, as hex, as Base64, and in what gzip or zlib have packed
  /PATTERN/i     what a regular expression matches, also where reads have cut it; 16 KiB at most
  hex:00 F0 ??   these bytes; ?? is any one
  bytes:4..7     these bytes of each message, from 0
  field:NAME     a decoded field, by its name or path, and what is below it
  What stands there instead is as long as it was, and the same for the same. Standard error counts the places first.

Exit codes:
  0        done
  1        not all could be read or written: standard error says why
  2        the command line is wrong, or there is no such capture
  130      ended by Ctrl-C or SIGTERM: what FILE held stays`,
  exporting: (done: number, total: number) =>
    `${total === 0 ? 0 : Math.floor((100 * done) / total)} %: ${formatCount(done)} of ${counted(total, 'record')} looked at`,
  removed: (removed: Removed) => `removed: ${exporting.places(removed)}`,
  exported: (rows: number, bytes: number, path: string) =>
    `${counted(rows, 'record')}, ${formatExactBytes(bytes)}: ${path}`,
  notExported: (path: string, message: string) => `socketscope: ${path} was not written: ${message}`,
  statsExamples: `Examples:
  socketscope stats captured
  socketscope stats captured --filter 'peer:10.0.0.7' --format csv --out stats.csv
  socketscope stats captured --frame modbus-tcp --match decoded:transaction
  socketscope stats captured --match 'pattern:id=(\\d+)' --format jsonl
  socketscope stats captured --numbers u32be@4

Matching (--match), on each connection by itself:
  next             the first reply behind a request, whatever they say
  frame            the first message back answers the first one that asked: with --frame, or for datagrams
  decoded:PATH     the same value of a decoded field: transaction (Modbus), packet id (MQTT), id (DNS, JSON-RPC)
  pattern:RE       the same text of the first group of a regular expression
  A request without a reply for 60 s counts as unanswered.

Exit codes:
  0        done
  1        not all could be read or written: standard error says why
  2        the command line is wrong, or there is no such capture`,
  framesExamples: (kinds: readonly { name: string; notation: string }[]) => `Examples:
  socketscope frames --frame line received.bin
  socketscope frames --frame length:u16be,offset=2,extra=4,max=1M --format jsonl received.bin
  tail -c +1 -f received.bin | socketscope frames --frame modbus-rtu -

Framings (SPEC), the same for --frame of listen and connect:
${kinds.map(({ name, notation }) => `  ${notation}\n      ${framing.kinds[name] ?? ''}`).join('\n')}
  N is a number of bytes, such as 512, 64k or 1M. A frame longer than max is told in pieces of that size.

Output:
  hex      offset, length, bytes, and what is amiss with the frame
  jsonl    {"kind":"frame","offset","length","mark","hex","payloadHex"}, and {"kind":"rest","offset","length","hex","why"}
  What is left over behind the last frame comes last and says why it is none.

${exitCodes}`,
  programExamples: (
    languages: readonly { id: string; client: readonly string[]; server: readonly string[] }[],
  ) => `Examples:
  socketscope program connect tcp://127.0.0.1:9000 --as python --send 'hello\\n' --send-hex '00 ff'
  socketscope program connect tls://example.org:443 --as openssl --send-file request.bin
  socketscope program connect udp://127.0.0.1:5000 --as c --send one --send two --pause 0.5 > program.c
  socketscope program listen tcp://127.0.0.1:9000 --as go --reply echo --greet 'hello\\n'

${notation}
--send to --alpn are for connect, --reply and --greet for listen.

Languages, and over what they are a client or a server:
${languages
  .map(
    ({ id, client, server }) =>
      `  ${id.padEnd(8)} client: ${client.join(', ')}; server: ${server.join(', ') || 'no'}`,
  )
  .join('\n')}
  What a program does not do of what was asked for stands at its top, and on standard error.

Exit codes:
  0        done
  2        the command line is wrong, or there is no such program: standard error says why`,
  workspaceExamples: `Examples:
  socketscope workspace check lab.socketscope.json
  socketscope workspace export lab.socketscope.json
  socketscope serve lab.socketscope.json

“check” lists endpoints, messages and sequences; nothing is opened, and no other file is read. “export” writes what is
open in the data folder, without passwords of proxies unless --secrets is there; keys and passphrases are in no such file.
“socketscope import FILE” brings its messages and endpoints like those of any other file.

Exit codes:
  0        done
  2        the command line is wrong, or the file: standard error has line and column`,
  importExamples: `Examples:
  socketscope import packets.json
  socketscope import packets.ini --to messages.json
  socketscope import messages.json --format packetsender --to packets.json
  socketscope import traffic.pcapng --to captured
  echo "curl -k https://localhost:8443/ -d a=1" | socketscope import -

Formats:
  socketscope         its own JSON
  packetsender-json   what Packet Sender exports
  packetsender-ini    its packets.ini, and its ps_settings.ini with servers and smart replies
  commands            lines of curl, ncat, nc, socat, openssl s_client and s_server, with printf or echo before a pipe;
                      nothing in them is run, read or put in
  sokit, hercules     a message in each line
  raw                 a message of all bytes

Captured traffic, which goes as a read-only capture into the data folder DIR of “--to DIR”:
  packets             pcap and pcapng, packed by gzip too: TCP put in order again, UDP; Ethernet, VLAN, Linux cooked,
                      loopback and raw IP; what is missing in the file is told
  follow-yaml, follow-raw   what Wireshark’s Follow saves as YAML, and tshark prints as raw
  jsonl               our own JSON Lines
  packetsender-log    the traffic log of Packet Sender
  bytes               any bytes, as what one connection received; only by --as

Standard error names what is left out, where it stands, and why. The window brings the file in.

Exit codes:
  0        all of it is brought
  1        something is left out, or the output cannot be written: standard error says what
  2        FILE cannot be read, or the command line is wrong`,
  notBrought: (what: string) => `not brought: ${what}`,
  listeningOn: (url: string) => `listening on ${url}`,
  failed: (what: string, cause: string, tryThis: string) =>
    `socketscope: ${what}.\n  Likely cause: ${cause}\n  Try: ${tryThis}`,
  damagedBytes: (sequence: number, bytes: number) =>
    `${formatExactBytes(bytes)} of record ${sequence} that cannot be relied on`,
  annotationsUnread: (message: string) => `socketscope: bookmarks, notes and tags cannot be read: ${message}`,
  annotationsDamaged: (lines: number) =>
    `socketscope: lines of annotations.jsonl that cannot be read are left out, and stay in the file: ${formatCount(lines)}`,
  notShown: (message: string) => `socketscope: not all could be shown: ${message}`,
  withCode: (what: string, code: string) => `${what} (${code})`,
  found: (finding: string) => `Found: ${finding}.`,
  certificateHint: 'Here: --ca FILE trusts the authority in FILE; --verify off connects without checking.',
  cannotWrite: (path: string, place: number, message: string) =>
    `socketscope: ${path} cannot be written from byte ${place} on: ${message}`,
  standardInput: 'standard input',
  standardOutput: 'standard output',
  standardError: 'standard error',
  nobodyReads: 'nobody reads it (ETIMEDOUT)',
  silentInput: 'standard input said nothing for a second: it counts as ended',
  timedOut: (seconds: number) => `ended after ${seconds} s, as --timeout says`,
  timedOutConnecting: (seconds: number) =>
    `socketscope: not connected within the ${seconds} s of --timeout (ETIMEDOUT)`,
  idle: (seconds: number) => `ended after ${seconds} s without traffic, as --idle-timeout says`,
  repeated: (facts: Repeated) => repeated(facts),
  manySum: (facts: ManyFacts) => manySum(facts).join('\n'),
  manyCause: (count: number, what: string) => `${formatCount(count)} failed: ${what}`,
  repeatFailed: 'socketscope: nobody took the message any more',
  cutOff: 'socketscope: it ended before all that the --send options say was sent',
  unsent: (bytes: string) => `socketscope: ${bytes} were not sent`,
  notTaken: (message: string) => `socketscope: the rest was not sent: ${message}`,
  cannotReadInput: (message: string) => `socketscope: standard input cannot be read: ${message}`,
  cannotReadFile: (path: string, message: string) => `socketscope: ${path} cannot be read: ${message}`,
  captureFailed: (folder: string, records: number, message: string) =>
    `socketscope: the capture in ${folder} is not complete, it holds the first ${counted(records, 'record')}: ${message}`,
  crashed: (message: string) => `socketscope: an error of the program itself: ${message}`,
  headings: {
    'Usage:': 'Usage:',
    'Arguments:': 'Arguments:',
    'Options:': 'Options:',
    'Commands:': 'Commands:',
  } as Partial<Record<string, string>>,
  choices: (choices: string) => `choices: ${choices}`,
  usually: (value: string) => `default: ${value}`,
  mistakes: {
    error: (problem: string) => `error: ${problem}`,
    warning: (problem: string) => `warning: ${problem}`,
    damaged: (path: string) => `${path}: not all of it can be read; what cannot is left out`,
    similar: (known: string) => `(Did you mean ${known}?)`,
    unknownOption: (option: string) => `unknown option '${option}'`,
    unknownCommand: (command: string) => `unknown command '${command}'`,
    missing: (argument: string) => `missing required argument '${argument}'`,
    optionMissing: (option: string) => `option '${option}' is needed`,
    valueMissing: (option: string) => `option '${option}' argument missing`,
    tooMany: (count: string) => `too many arguments: ${count} were given`,
    noChoice: (option: string, value: string, choices: string) =>
      `option '${option}' argument '${value}' is invalid. Allowed choices are ${choices}.`,
    invalid: (option: string, value: string, problem: string) =>
      `option '${option}' argument '${value}' is invalid. ${problem}`,
  },
  filterTooSlow: 'The filter takes too long (FILTER_TOO_SLOW): from here on every record is printed.',
  problems: {
    match: 'Write next, frame, decoded:PATH, pattern:RE or none.',
    numbers: 'Write u8@OFFSET, u16be@OFFSET, u16le@…, u32be@…, u32le@… or pattern:RE.',
    connectionNumber: 'The number of a connection is needed, such as 3.',
    noConnection: (number: number) =>
      `There is no connection ${number}: its number is that of the record that opened it, as “connection” in jsonl has it.`,
    directionAlone: '--direction is for --stream only.',
    streamAlone: '--stream goes with text, hex and raw, and without --filter, --frame and --decode.',
    noCapture: (path: string, message: string) => `${path} has no captures that can be read: ${message}`,
    whichEndpoint: (wanted: string | null, found: number, names: readonly string[]) =>
      `${found === 0 && wanted !== null ? `There is no endpoint ${wanted}` : found === 0 ? 'There is no endpoint in it' : `There are ${found}: say which by --endpoint`}${names.length === 0 ? '.' : `: ${names.join(', ')}`}`,
    programRole: 'Write connect or listen, and what such a run would do.',
    workspaceTask: 'Write check or export, and the file.',
    programPort: 'A port from 1 to 65535 is needed: a program cannot say which free one it has.',
    otherRole: (option: string, role: string) => `${option} is for “program ${role}” only.`,
    textMissing: 'Write TEXT, or - for standard input.',
    inputTooLong: (most: number) => `Standard input is longer than ${most} bytes.`,
    inputNoUtf8: 'Standard input is not UTF-8.',
    fileNoUtf8: (option: string, path: string) => `The file of ${option} is not UTF-8: ${path}`,
    tooManyRules: (most: number) => `At most ${most} rules are possible.`,
    ignore: 'What is ignored is bytes:0..1, field:NAME, times or ids.',
    annotateWhat: (given: string) => `“${given}” is no record such as #12.`,
    noRecord: (sequence: number) => `The capture has no record #${sequence}.`,
    captureFileStays: (path: string) =>
      `“${path}” is a capture file, which stays as it is. Bring it into a data folder by “socketscope import”, and annotate that.`,
    note: (most: number) => `A note has at most ${most} characters.`,
    tag: (most: number) => `A tag is one word of at most ${most} characters.`,
    compareWhat: (given: string) =>
      `“${given}” is no record such as #12, none of several such as #3,#5..#9, and no connection such as conn:5. Bytes of them are @4..9.`,
    compareNoBytes: (given: string) => `There are no such bytes: ${given}.`,
    compareTooMany: (most: number) => `At most ${formatCount(most)} records can be joined.`,
    noSuchRecord: (given: string) => `The capture has no bytes of ${given}.`,
    onlyValues: '--at and --value go with --as values.',
    offset: 'An offset is a number such as 1024 or 0x400.',
    registersAlone: '--registers goes with --decode modbus-tcp or modbus-rtu.',
    decodeFormat: '--decode has no place in this format: there are text, jsonl, csv, html and svg.',
    sequenceAlone: 'A sequence says what is sent: --sequence stands without --send… and --half-close.',
    clientsAlone: (option: string) => `--clients stands without ${option}.`,
    needsClients: (option: string) => `${option} needs --clients N.`,
    wait: 'Write seconds from 0 to 86400, such as 2.5.',
    ramp: 'Write seconds, such as 10, or connections a second, such as 50/s.',
    folderAsInput: 'EISDIR: it is a folder',
    emptyFolder: 'It is empty: name a folder, or leave the option out for the usual one.',
    scheme: 'A URL begins with tcp://, tls://, udp:// or unix://.',
    unixPath: 'An absolute path is needed behind unix://, as in unix:///tmp/demo.sock.',
    urlPath: 'Nothing can follow the port.',
    urlUser: 'Users and passwords have no place here.',
    urlBrackets: 'An IPv6 address stands in brackets, as in [::1]:9000.',
    portMissing: 'A port is needed behind the host, as in 127.0.0.1:9000.',
    portZero: 'A port from 1 to 65535 is needed to connect to.',
    wrap: (choices: readonly string[]) =>
      choices.length === 0 ? 'This cannot be read as text with escapes.' : `There is: ${choices.join(', ')}.`,
    encoding: (near: string | null, all: readonly string[]) =>
      near === null ? `There is: ${all.join(', ')}.` : `There is no such encoding. Is ${near} meant?`,
    savedUnknown: (name: string, folder: string) =>
      `--send-saved ${name}: no message of that name is saved in ${folder}. “socketscope messages” lists them.`,
    savedTwice: (name: string, paths: readonly string[]) =>
      `--send-saved ${name}: several messages have that name: ${paths.join(', ')}.`,
    inOption: (option: string, problem: string) => `${option}: ${problem}`,
    cannotRead: (option: string, path: string, message: string) =>
      `${option} ${path} cannot be read: ${message}`,
    noUtf8: (arg: string) =>
      `An argument holds bytes that are no UTF-8: ${arg}\n  Such bytes are sent with --send-hex, or as \\xHH in TEXT; a file needs a name without them.`,
    maybeNoUtf8: (arg: string) =>
      `An argument holds U+FFFD: ${arg}\n  It may stand for bytes that are no UTF-8, which this system does not tell. Send it as \\u{FFFD} in TEXT, such bytes with --send-hex or as \\xHH.`,
    notRead: 'it has not come to its end within --timeout (ETIMEDOUT)',
    longFile: (option: string, path: string, most: number) =>
      `${option} ${path} is longer than ${most} bytes.`,
    noChoiceOf: (option: string) => `${option} has no place in this format.`,
    part: (parts: readonly string[]) => `There is: ${parts.join(', ')}.`,
    givenTwice: (flags: string) => `option '${flags}' can be given once only.`,
    sourceWithoutJoin: '--source needs --join GROUP.',
    sameFile: (one: string, other: string) => `${one} and ${other} are the same file.`,
    longDatagram: (most: number) => `a UDP datagram holds at most ${most} bytes (EMSGSIZE)`,
    isFolder: (option: string, path: string) => `${option} ${path} is a folder.`,
    datagram: (value: string, length: number, most: number) =>
      `${value} has ${length} bytes: a UDP datagram holds at most ${most}.`,
    thenClose: '--then-close needs --greet TEXT.',
    reply: 'Write none, echo, upper, timestamp, prefix:TEXT, text:TEXT or http:FILE.',
    milliseconds: 'Write milliseconds, such as 100 or 2.5.',
    pieceEveryAlone: '--piece-every needs --pieces N or --pieces line.',
    needsEvery: (option: string) => `${option} needs --every MS.`,
    everyWithoutMessage:
      '--every needs a message: --send, --send-hex, --send-base64, --send-file or --send-saved.',
    noPlainFile: (option: string, path: string) => `${option} ${path} is no plain file.`,
    seconds: 'Write seconds from 0.001 to 86400, such as 2.5.',
    count: (most: number) => `Write a whole number from 1 to ${formatCount(most)}.`,
    transport: (option: string, transports: string) => `${option} is for ${transports} only.`,
    limitWithoutCapture: '--capture-limit needs --capture DIR.',
    limitTooSmall: '--capture-limit is 64M or more.',
    keyWithoutCert: '--key needs --cert FILE.',
    passphraseWithoutCert: '--passphrase-file needs --cert FILE.',
    needsPassphrase: '--passphrase-file FILE names a file that holds it.',
    noPassphrase: 'its first line is empty.',
    passphraseNoUtf8: 'it is not UTF-8.',
    tlsVersion: (known: string) => `Write one of ${known}.`,
    needsCertificate: 'A tls listener needs --cert FILE and --key FILE, or --self-signed.',
    selfSignedAndCert: '--self-signed and --cert exclude each other.',
    bind: 'Write an address of this machine with a port or without, as in 127.0.0.1, 127.0.0.1:4000 or [::1]:0.',
    proxyScheme: 'A proxy begins with socks5:// or http://.',
    proxyEscape: 'A % begins two hex digits here; write %25 for a percent sign.',
    setting: (field: string, problem: string) => `${field}: ${problem}`,
    cannotWrite: (option: string, path: string, message: string) =>
      `${option} ${path} cannot be written: ${message}`,
    temporary: (message: string) =>
      `The temporary folder cannot be used: ${message}. The variable TMPDIR names another one.`,
    capture: (path: string, message: string) => `--capture ${path} cannot be used: ${message}`,
    certificate: (option: string, path: string, message: string) =>
      `${option} ${path} cannot be used: ${message}`,
  },
};
