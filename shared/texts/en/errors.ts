import type { PortProblemCode } from '../../address.ts';
import type { SettingsProblemCode } from '../../settings/field-problem.ts';
import type { FilterProblem } from '../../filter/reading.ts';
import type { FramingProblem } from '../../framing/problem.ts';
import type { PayloadProblemCode } from '../../payload/parts.ts';
import type { WarningCode } from '../../payload/warnings.ts';
import type { FilePlanProblem } from '../../file-plan.ts';
import type { ManyProblemCode } from '../../many.ts';
import type { RepeatProblemCode } from '../../repeat.ts';

export type ProblemCode =
  | PayloadProblemCode
  | FilterProblem['code']
  | FramingProblem['code']
  | PortProblemCode
  | SettingsProblemCode
  | WarningCode
  | RepeatProblemCode
  | ManyProblemCode
  | FilePlanProblem['code']
  | 'size-unclear';

/** What is wrong with something typed, and how to write it right. */
const problems: Record<ProblemCode, string> = {
  'text-unknown-escape':
    'Unknown escape. There are \\r \\n \\t \\0 \\a \\b \\e \\f \\v \\\\ \\xHH and \\u{…}; write \\\\ for a backslash.',
  'text-octal-escape': 'Digits behind \\0 would be an octal number elsewhere. Write \\x00 for a zero byte.',
  'foreign-bracket-open': 'The bracket has no end. Two of them stand for one.',
  'call-unfinished': 'Two braces begin a function, which ends with }}. Write \\{{ for braces.',
  'call-empty': 'The name of a function is missing here, as in {{counter}}.',
  'call-too-long': 'A call has at most 16,384 characters.',
  'call-quote-open': 'The quote has no end. Inside of quotes write a backslash before a quote.',
  'call-bad-escape': 'In quotes there are \\n \\r \\t \\0 \\\\ \\xHH up to 7F and \\u{…}.',
  'call-stray': 'This character has no meaning here. Text stands in quotes.',
  'call-unknown': 'There is no function or part of this name.',
  'call-unknown-value': 'There is no part or function of this name. Text stands in quotes.',
  'call-missing': 'An argument is missing.',
  'call-too-many': 'The function does not take so many arguments.',
  'call-unknown-key': 'The function has no argument of this name.',
  'call-twice': 'It is given twice.',
  'part-not-closed': 'This part has no end, as in {{/body}}.',
  'part-not-open': 'No part of this name begins before, as in {{#body}}.',
  'part-twice': 'A part of this name is there already.',
  'part-circle': 'This needs bytes that need its own bytes.',
  'part-too-many': 'At most 1,000 places of a message can ask for the bytes of others.',
  'value-not-a-number': 'A whole number is needed here, as in 12, -3 or 0x1F.',
  'value-out-of-range': 'This number is out of its bounds.',
  'value-too-long': 'This becomes too long.',
  'value-not-hex': 'Bytes in hex are needed here, as in 00 7f.',
  'value-not-base64': 'This is not Base64.',
  'base64-not-base64': 'This is no Base64: its digits are A to Z, a to z, 0 to 9, + and / or - and _.',
  'base64-unfinished': 'One digit is left over here: it is no whole byte.',
  'base64-padding': 'This padding does not fit: = stands only at the end, and fills up four digits.',
  'value-missing': 'It has no value here.',
  'value-unknown-choice': 'This is not one of the choices.',
  'value-bad-format': 'This format cannot be read.',
  'value-bad-expression':
    'This regular expression is not complete or not valid. In quotes a backslash is written twice.',
  'value-no-match': 'The expression finds nothing of the kind in what was received.',
  'value-too-slow': 'The expression took too long on what was received.',
  'value-no-file': 'This is no plain file.',
  'value-not-set': 'No sequence has set a value of this name.',
  'value-not-text': 'These bytes are no text in UTF-8.',
  'warn-trailing-blanks': 'Blanks stand at the end of a line, where nobody sees them.',
  'warn-mixed-line-ends': 'Here a line ends otherwise than the one before it.',
  'warn-line-end-behind-bytes': 'The chosen line end is sent behind these bytes.',
  'warn-no-break-space': 'This blank is not the one of the space bar.',
  'warn-quotes': 'These quotes are not the ones of ASCII.',
  'warn-full-width': 'This full-width character looks like one of ASCII and is another one.',
  'text-unfinished-escape': 'A backslash begins an escape. Write \\\\ for a backslash.',
  'text-bad-byte-escape': '\\x needs two hex digits, as in \\x0D.',
  'text-bad-unicode-escape': '\\u needs hex digits in braces, as in \\u{1F600}.',
  'text-unicode-too-large': 'The highest character is \\u{10FFFF}.',
  'text-unicode-surrogate':
    'D800 to DFFF are halves of UTF-16 pairs, not characters. Use \\xHH for raw bytes.',
  'text-lone-surrogate': 'Half of a UTF-16 pair stands here; UTF-8 has no bytes for it.',
  'text-not-in-encoding': 'The encoding has no such character.',
  'hex-not-hex': 'Not a hex digit. Bytes are 0-9 and A-F, apart by blanks, commas, colons or dashes.',
  'hex-odd-digits': 'An odd number of digits: it is not clear where a byte begins. Add a 0 or a blank.',
  'hex-missing-digits': 'Hex digits are missing behind 0x or \\x.',
  'hex-stray-separator': 'A colon or dash must follow a hex digit.',
  'filter-expression': 'The regular expression is not complete or not valid.',
  'filter-hex-empty': 'Write bytes behind hex:, as in hex:0d 0a.',
  'filter-no-comparison': 'This key compares nothing: write a colon, as in peer:10.0.0.1.',
  'filter-no-expression': 'This key takes no regular expression.',
  'filter-not-a-duration': 'A duration is needed here, as 20ms, 1.5s or 2m, or a range as in 10ms..1s.',
  'filter-not-a-number': 'A whole number is needed here, or a range as in 10..50.',
  'filter-not-a-size': 'A number of bytes is needed here, as 100, 4k or 1.5M, or a range as in 100..4k.',
  'filter-not-a-time':
    'A time is needed here, as 14:02, 14:02:05.250, 2026-11-30 or 2026-11-30T14:02, or a range of two alike as in 14:02..14:05.',
  'filter-not-that-number':
    'A number that has room in these bytes is needed here, as u16le:1000, u32be:0x3e8, i8:-5 or f32le:20.5, or a range as in u16le:1000..1100.',
  'filter-choice': 'This key takes other words.',
  'filter-unknown-key': 'There is no such key.',
  'filter-quote-open': 'The quote has no end. Inside of quotes write \\" for a quote.',
  'filter-group-open': 'The bracket is not closed. To look for a bracket, put it in quotes.',
  'filter-group-stray': 'This bracket closes nothing. To look for a bracket, put it in quotes.',
  'filter-group-deep': 'Too many brackets in each other.',
  'filter-value-missing': 'A value is missing here, as in hex:0d 0a or peer:10.0.0.1.',
  'filter-term-missing':
    'Something to look for is missing here. To look for AND, OR or NOT, put it in quotes.',
  'filter-too-long': 'A filter has at most 100 parts.',
  'frame-missing': 'A framing is needed, such as line or length:u16be.',
  'frame-unknown': 'There is no such framing.',
  'frame-option-none': 'This framing takes no options.',
  'frame-option-unknown': 'This framing has no such option.',
  'frame-option-twice': 'This can be given once only.',
  'frame-value-missing': 'A value is missing here.',
  'frame-number': 'Write a whole number of bytes, such as 512, 64k or 1M.',
  'frame-time': 'Write a time, such as 20ms or 1.5s.',
  'frame-choice': 'This is not one of the choices.',
  'frame-bytes': 'Too few bytes or too many.',
  'frame-volatile': 'A framing takes no {{…}} that is another each time.',
  'frame-expression-bytes': 'Brackets hold single bytes: write this character as \\xHH, or outside of them.',
  'frame-expression-open': 'This bracket is not closed.',
  'frame-expression-stray': 'This stands here without meaning; write a backslash before it.',
  'frame-expression-unknown':
    'This is not known in an expression on bytes. There are \\r \\n \\t \\0 \\xHH \\d \\w \\s [a-z] ( | ) * + ? {2,3}; no anchors, look-around or references.',
  'frame-expression-empty': 'This matches nothing at all too: frames without bytes would have no end.',
  'frame-expression-large':
    'This is too large to be looked for in every byte. Repeat less, or use fewer dots.',
  'port-empty': 'A port is needed.',
  'port-not-a-number': 'A port is a whole number.',
  'port-range': 'A port is a number from 0 to 65535.',
  'host-empty': 'A host is needed: a name or an address.',
  'host-with-port': 'Only the host belongs here; the port has its own box.',
  'host-with-scheme': 'Only the host belongs here, without tcp:// or http://.',
  'host-space': 'A host has no blanks.',
  'host-character': 'This character cannot be part of a host name.',
  'host-brackets': 'The brackets of an IPv6 address go around the whole, as in [::1].',
  'host-label': 'Each part of a name has 1 to 63 characters and does not begin or end with a dash.',
  'host-too-long': 'A host name has at most 253 characters.',
  'host-ipv4-form':
    'Write an IPv4 address as four numbers from 0 to 255 without leading zeros, as in 127.0.0.1.',
  'host-ipv6-form': 'This is not an IPv6 address. One looks like 2001:db8::7 or ::1.',
  'host-zone': 'Behind % comes the name of an interface, as in fe80::1%eth0.',
  'host-zone-missing': 'Link-local addresses need their interface, as in fe80::1%eth0.',
  'host-not-an-address': 'An address of this machine is needed here, not a name.',
  'name-too-long': 'A name has at most 80 characters.',
  'name-control': 'A name has no line breaks or control characters.',
  'number-not-whole': 'A number is needed here, without anything else.',
  'number-range': 'This number is out of its bounds.',
  'choice-unknown': 'This is not one of the choices.',
  'local-family': 'The local address is of another family: use IPv4 with IPv4 and IPv6 with IPv6.',
  'delay-above-most': 'The longest delay is shorter than the first one.',
  'path-empty': 'A path is needed, such as /tmp/demo.sock.',
  'path-too-long': 'The path of a Unix socket has at most 107 bytes in UTF-8.',
  'path-character': 'A path has no control characters.',
  'tls-versions': 'The highest version is below the lowest one.',
  'alpn-name':
    'Protocol names are 1 to 255 visible ASCII characters, such as h2 or http/1.1, apart by commas.',
  'ciphers-character': 'A cipher list has no blanks or special characters; names stand apart by colons.',
  'servername-address': 'Servers are named by a host name here (SNI), never by an address (RFC 6066).',
  'file-pieces': 'Write from 1 to 1,048,576 bytes.',
  'file-every': 'Write 0, or milliseconds to 86,400,000, which is a day.',
  'many-clients': 'Write a whole number from 1 to 10,000.',
  'many-ramp': 'Write seconds from 0, which is all at once, to 86,400, which is a day.',
  'many-hold': 'Write seconds from 0 to 86,400, which is a day.',
  'repeat-every': 'Write 0, or milliseconds from 0.1 to 86,400,000, which is a day.',
  'repeat-jitter': 'Write milliseconds from 0 to the time from one message to the next.',
  'repeat-times': 'Write a whole number from 1 to 1,000,000,000.',
  'group-not-multicast':
    'A multicast group is an address from 224.0.0.0 to 239.255.255.255, or one that begins with ff.',
  'source-family': 'The sender is an address of the same family as the group.',
  'text-too-long': 'This is too long.',
  'pattern-empty': 'A rule needs something to look for.',
  'pattern-regex': 'The regular expression is not complete or not valid.',
  'pattern-changes':
    'What a rule looks for is the same each time: this function makes another one for each message.',
  'pattern-groups': 'A regular expression has at most 100 opening parentheses.',
  'pattern-filter':
    'This is no filter: write words, text:, hex:, number:, AND, OR, NOT and brackets; see the help.',
  'pattern-hex': 'Write bytes as hex and ?? for any byte, as in 02 ?? ?? 03.',
  'size-unclear': 'Write a size, such as 512M or 2G.',
  'http-header': 'Each line is one header: a name without blanks, a colon, and its value.',
};

export const errors = {
  ...problems,
  range: (min: string, max: string) => `A number from ${min} to ${max} is needed.`,
  filterKeys: (keys: readonly string[]) =>
    keys.length === 1
      ? `There is no such key: is ${keys[0]}: meant? To look for the text itself, put it in quotes.`
      : `There is no such key. There are ${keys.map((key) => `${key}:`).join(' ')} To look for the text itself, put it in quotes.`,
  framingChoices: (sentence: string, choices: readonly string[]) =>
    choices.length === 1
      ? `${sentence} Is ${choices[0]} meant?`
      : `${sentence} There are: ${choices.join(', ')}.`,
  framingMissing: (names: readonly string[]) => `Its ${names.join(' or ')} is missing here.`,
  framingBounds: (sentence: string, least: string, most: string) => `${sentence} From ${least} to ${most}.`,
  filterChoices: (choices: readonly string[]) => `Write one of ${choices.join(', ')}.`,
  meant: (sentence: string, name: string) => `${sentence} Is ${name} meant?`,
  missing: (name: string) => `An argument is missing: ${name}.`,
  readerSays: (sentence: string, said: string) => `${sentence} (${said})`,
  standsHere: (sentence: string, character: string) => `${sentence} Here stands ${character}.`,
};
