/** Redis: what its protocol specification shows, and what servers say. */
import type { Sample } from './sample.ts';

const from = 'Redis serialization protocol specification';
const one = (text: string, ...has: Sample['has']): Sample => ({ from, text, has });

export const respSamples: readonly Sample[] = [
  one('+OK\r\n', [0, 'OK']),
  one("-ERR unknown command 'asdf'\r\n", [0, "ERR unknown command 'asdf'"]),
  one('-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'),
  one(':1000\r\n', [0, 1000]),
  one(':-9223372036854775808\r\n', [0, '-9223372036854775808']),
  one('$5\r\nhello\r\n', [0, 'hello'], ['length', 5]),
  one('$0\r\n\r\n', [0, '']),
  one('$-1\r\n', [0, null]),
  one('*0\r\n', ['count', 0]),
  one('*2\r\n$5\r\nhello\r\n$5\r\nworld\r\n', [0, 'hello'], [1, 'world']),
  one('*3\r\n:1\r\n:2\r\n:3\r\n', [2, 3]),
  one('*5\r\n:1\r\n:2\r\n:3\r\n:4\r\n$5\r\nhello\r\n', [4, 'hello']),
  one('*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n*2\r\n+Hello\r\n-World\r\n', [0, 'Hello'], [1, 'World']),
  one('*3\r\n$5\r\nhello\r\n$-1\r\n$5\r\nworld\r\n', [1, null]),
  one('*-1\r\n', [0, null]),
  one('_\r\n', [0, null]),
  one('#t\r\n#f\r\n', [0, true], [1, false]),
  one(',1.23\r\n,inf\r\n,-1e3\r\n', [0, 1.23], [1, 'inf'], [2, -1000]),
  one('(3492890328409238509324850943850943825024385\r\n', [0, '3492890328409238509324850943850943825024385']),
  one('!21\r\nSYNTAX invalid syntax\r\n', [0, 'SYNTAX invalid syntax']),
  one('=15\r\ntxt:Some string\r\n', [0, 'txt:Some string']),
  one('%2\r\n+first\r\n:1\r\n+second\r\n:2\r\n', ['key', 'first'], ['value', 2]),
  one('~5\r\n+orange\r\n+apple\r\n#t\r\n:100\r\n:999\r\n', [0, 'orange'], [4, 999]),
  one('>3\r\n+message\r\n+somechannel\r\n+this is the message\r\n', [2, 'this is the message']),
  one('PING\r\n', [0, 'PING']),
  one('*3\r\n$3\r\nSET\r\n$4\r\nkey1\r\n$6\r\n\u{1f600}x\n\r\n+OK\r\n', [0, 'SET'], [1, 'key1'], [1, 'OK']),
];
