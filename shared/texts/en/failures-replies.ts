/** What failures of a server's replies mean to a person: notes on the connection, which goes on. */
import type { FailureText } from '../failure-situation.ts';

const ruleTimeout: FailureText = ({ code }) => ({
  what: `A rule took too long for a message and is off for this peer (${code})`,
  cause:
    'Mostly a regular expression with one repetition inside another, such as (a+)+: on a message that almost matches, it tries more ways than there is time for. Other peers are answered as before.',
  tryThis:
    'Write the expression without nested repetitions, or use “contains” or “starts with”. The rule works again for peers that connect anew, until it was off for ten of them.',
});

const ruleOff: FailureText = ({ code }) => ({
  what: `A rule took too long for ten peers and is off for all of them (${code})`,
  cause:
    'Each of them had sent a message for which its regular expression did not come to an end in time. Peers that connect anew each time would hold up all others so.',
  tryThis:
    'Write the expression without nested repetitions, or use “contains” or “starts with”. The rule works again once the replies of the server were changed.',
});

const rulesTooSlow: FailureText = ({ code }) => ({
  what: `So many messages came at once that the rules took too long for them (${code})`,
  cause:
    'Each message is compared with one rule after the other, in the thread that serves all peers. What had been read with them was captured, but not answered.',
  tryThis:
    'Put the rules that match most often first, remove those that are not needed, and prefer “exact” and “starts with” to regular expressions.',
});

const rulesBusy: FailureText = ({ code }) => ({
  what: `Slow rules have used up the time of all rules, and a message was not answered (${code})`,
  cause:
    'Rules that take long, of this server or another, may hold the thread that serves all peers for a tenth of the time. That was used up, and this rule needed more than the moment it was given. What was read together was captured, but not answered from there on.',
  tryThis:
    'Look for the rule that other notes call too slow, and write its expression without nested repetitions; the rules have their time again a few seconds later.',
});

const ruleFailed: FailureText = ({ code, message }) => ({
  what: `A rule could not be applied to a message (${code})`,
  cause: `The regular expression ran out of room on this message${message && `: ${message}`}. The message was not answered.`,
  tryThis: 'Write the expression without nested repetitions, or use “contains” or “starts with”.',
});

const ruleBacklog: FailureText = ({ code }) => ({
  what: `Too many delayed replies wait for this peer (${code})`,
  cause:
    'It sends messages faster than the delays of the rules let them be answered. At most 1,000 replies, or 16 MiB of them, wait for one peer, and 200,000 or 256 MiB for all peers together; further messages are captured, but not answered.',
  tryThis: 'Make the delay shorter, or have the peer wait for its answers.',
});

const replyTooLong: FailureText = ({ code }) => ({
  what: `A reply would have been longer than 16 MiB (${code})`,
  cause: 'The rule’s reply repeats what the regular expression found, and it found a lot. Nothing was sent.',
  tryThis: 'Use $& and groups less often in the reply, or have the expression match less.',
});

const repliesTooLong: FailureText = ({ code }) => ({
  what: `The answers to what was read at once would be longer than 32 MiB (${code})`,
  cause:
    'The peer sent many short messages together, and each has a long reply. Those that were too much were not sent.',
  tryThis: 'Make the reply shorter, or have the peer wait for an answer before it sends on.',
});

const fileUnreadable: FailureText = ({ code }) => ({
  what: `The file cannot be read any further (${code})`,
  cause: 'It was changed, moved or removed while it was sent, or may not be read. What came before is sent.',
  tryThis: 'Choose the file again.',
});

const messageNotMade: FailureText = ({ code, message }) => ({
  what: `The message cannot be made (${code})`,
  cause: `${message || 'A function in it cannot take what it is given.'} Nothing of it was sent.`,
  tryThis:
    'Look at the functions in the message: what one gives must be what the next one takes, and a connection has an address and something received only once it does.',
});

const allowing =
  'A message may come from anybody, so it reads nothing outside of the program before a person has allowed that name. It holds until the program ends.';

const fileNotAllowed: FailureText = ({ code, subject }) => ({
  what: `The message would read ${subject === '' ? 'a file' : `the file ${subject}`} (${code})`,
  cause: `${allowing} Nothing was sent.`,
  tryThis: `Allow it, in the window or by --allow-file ${subject || 'PATH'}, if the message is yours.`,
});

const variableNotAllowed: FailureText = ({ code, subject }) => ({
  what: `The message would read ${subject === '' ? 'a variable' : `the variable ${subject}`} (${code})`,
  cause: `${allowing} Nothing was sent.`,
  tryThis: `Allow it, in the window or by --allow-env ${subject || 'NAME'}, if the message is yours.`,
});

const nameRefused: FailureText = ({ code, subject }) => ({
  what: `Messages may not read ${subject || 'it'} (${code})`,
  cause:
    'It was refused, or this is a host without a desktop: there a page can allow no more than what lies in the folder “files” of the data folder.',
  tryThis: 'Put the file there, or start the host with --allow-file or --allow-env.',
});

const tooManyNames: FailureText = ({ code }) => ({
  what: `No more names can be allowed (${code})`,
  cause: 'A thousand files and variables are allowed already.',
  tryThis: 'Allow the folder that the files lie in, or start the program anew.',
});

const lineTooLong: FailureText = ({ code }) => ({
  what: `A line or a frame is longer than what is kept of one (${code})`,
  cause:
    'The peer sends no line end (LF), or its lines are meant to be that long: 1 MiB, or max of --frame. They are answered in pieces, so that what waits for its end stays bounded.',
  tryThis:
    'Have messages answered chunk by chunk, or let the peer end its lines with LF. Bytes without lines need no line boundary.',
});

const chatBehind: FailureText = ({ code }) => ({
  what: `This peer is too far behind in the chat and misses what is said (${code})`,
  cause:
    'It does not read what the others say, or reads more slowly than they talk. What waits for it would grow without end, so it gets no more until all of that was sent.',
  tryThis: 'Have the peer read, or close its connection. The others hear everything.',
});

const badRequest: FailureText = ({ code, message }) => ({
  what: `The peer sent no HTTP request (${code})`,
  cause: `${message || 'What it sent does not follow HTTP/1.1 (RFC 9112).'} It got the answer 400 Bad Request, and the connection was closed.`,
  tryThis:
    'A request is a line such as “GET / HTTP/1.1”, headers such as “Host: example.com”, and an empty line, each ended by CR LF. A client that speaks TLS or HTTP/2 from the first byte needs another kind of server.',
});

export const replyFailures = {
  RULE_TIMEOUT: ruleTimeout,
  RULE_OFF: ruleOff,
  RULES_TOO_SLOW: rulesTooSlow,
  RULES_BUSY: rulesBusy,
  RULE_FAILED: ruleFailed,
  RULE_BACKLOG: ruleBacklog,
  REPLY_TOO_LONG: replyTooLong,
  FILE_UNREADABLE: fileUnreadable,
  MESSAGE_NOT_MADE: messageNotMade,
  FILE_NOT_ALLOWED: fileNotAllowed,
  VARIABLE_NOT_ALLOWED: variableNotAllowed,
  NAME_REFUSED: nameRefused,
  TOO_MANY_NAMES: tooManyNames,
  REPLIES_TOO_LONG: repliesTooLong,
  LINE_TOO_LONG: lineTooLong,
  CHAT_BEHIND: chatBehind,
  HTTP_BAD_REQUEST: badRequest,
};
