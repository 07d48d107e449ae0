import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { rests } from './brackets.ts';
import { expect, test } from './fixtures.ts';

/**
 * All words that a person reads are in `shared/texts`: in the language `en-XA`, which is English in brackets, no letter
 * stands outside of them but what no language has words for.
 */
const project = fileURLToPath(new URL('../', import.meta.url));
const outside = { ...process.env, LC_ALL: 'en_XA.UTF-8' };

test.describe.configure({ timeout: 240_000 });

const socketscope = (...args: string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, ['out/headless/cli.js', ...args], {
    cwd: project,
    env: outside,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return `${stdout}\n${stderr}`;
};

/** Syntax, not words: options, arguments in angle brackets, commands. */
const withoutSyntax = (text: string): string =>
  text.replaceAll(
    /(?<![\w⟦])--?[a-z][\w-]*|<[^>]*>|\[(?:options|command|text|file)\]|\b(?:socketscope|serve|listen|connect|bytes|frames|show|annotate|compare|export|stats|decode|import|messages|program|verify|workspace|help)\b(?=[^⟧]*(?:⟦|$))/g,
    ' ',
  );

test('all help of the command line, and its failures', async ({ peers }) => {
  const free = await peers.freePort();
  const problems: string[] = [];
  for (const args of [
    ['--help'],
    ['serve', '--help'],
    ['listen', '--help'],
    ['connect', '--help'],
    ['bytes', '--help'],
    ['frames', '--help'],
    ['decode', '--help'],
    ['decode', '/no/such'],
    ['show', '--help'],
    ['show', '/no/such'],
    ['export', '--help'],
    ['export', '/no/such', '--to', 'text', '--out', '/no/such/PAYLOAD'],
    ['export', '/no/such', '--to', 'capture', '--out', '/no/such/PAYLOAD', '--leave-out', 'x'],
    ['stats', '--help'],
    ['stats', '/no/such', '--match', 'x'],
    ['stats', '/no/such', '--numbers', 'x'],
    ['annotate', '--help'],
    ['annotate', '/no/such', '#1'],
    ['annotate', '/no/such', 'x', '--tag', 'a b'],
    ['compare', '--help'],
    ['compare', '/no/such', '#1', '#2'],
    ['compare', '/no/such', '#1', '#2', '--ignore', 'x'],
    ['show', '/no/such', '--direction', 'sent'],
    ['show', '/no/such', '--stream', 'x'],
    ['show', '/no/such', '--registers', 'f32'],
    ['connect', 'tcp://127.0.0.1:1', '--stats'],
    ['verify', '--help'],
    ['verify', '/no/such'],
    ['messages', '--help'],
    ['import', '--help'],
    ['import', '/no/such'],
    ['connect', 'tcp://127.0.0.1:1', '--send-saved', 'PAYLOAD', '--data', '/no/such'],
    ['program', '--help'],
    ['program', 'listen', 'tls://:9', '--as', 'bash'],
    ['program', 'talk', 'tcp://:9', '--as', 'c'],
    ['program', 'listen', 'tcp://:9', '--as', 'c', '--send', 'x'],
    ['program', 'connect', 'tls://h:9', '--as', 'ncat', '--verify', 'off', '--send', '{{counter}}'],
    ['workspace', '--help'],
    ['workspace', 'mend', '/no/such'],
    ['workspace', 'check', '/no/such'],
    ['workspace', 'check', 'package.json'],
    ['serve', '--no-open', '--data', '/no/such', '/no/such'],
    ['bytes', '{{conter}}'],
    ['bytes', '{{env HOME}}'],
    ['bytes', '1 '],
    ['bytes', '--encoding', 'gbkk', '1'],
    ['bytes', '--encoding', 'klingon', '1'],
    ['--no-such-option'],
    ['no-such-command'],
    ['listen'],
    ['listen', 'tcp://127.0.0.1:0', 'tcp://127.0.0.1:1'],
    ['listen', 'tcp://127.0.0.1:0', '--count', 'x'],
    ['listen', 'tcp://127.0.0.1:0', '--count'],
    ['listen', 'tcp://127.0.0.1:0', '--format', 'x'],
    ['listen', 'tcp://127.0.0.1:0', '--timeout', '0.01'],
    ['listen', 'tcp://192.0.2.1:0'],
    ['connect', 'http://127.0.0.1:1'],
    ['connect', 'tcp://127.0.0.1:1', '--times', '3'],
    ['connect', 'tcp://127.0.0.1:1', '--send', 'a', '--every', '-1'],
    ['connect', 'tcp://127.0.0.1:1', '--send', 'a', '--every', '1', '--jitter', '2'],
    ['connect', `tcp://127.0.0.1:${free}`],
    ['connect', `tcp://127.0.0.1:${free}`, '--clients', '2', '--send', 'a'],
    ['connect', 'tcp://127.0.0.1:1', '--clients', '2', '--ramp', 'x'],
    ['connect', 'unix:///no/such/path'],
    ['serve', '--port', 'x'],
    ['serve', '--host', '192.0.2.1', '--no-open'],
  ])
    for (const rest of rests(withoutSyntax(socketscope(...args))))
      problems.push(`${args.join(' ')}: ${rest}`);
  expect(problems).toEqual([]);
});

test('what depends on the machine and on how long a walk takes is allowed', () => {
  const shown = [
    '999 µs',
    '1m05s',
    '2h03m',
    '+1m05s',
    'p99 1m05s',
    '1m05s p50',
    '1,234/s',
    '6.0/min',
    '2.5/h',
  ];
  const said = ['getaddrinfo ENOTFOUND payload.invalid', 'getaddrinfo EAI_AGAIN payload.invalid'];
  expect([...shown, ...said].flatMap(rests)).toEqual([]);
  expect(rests('getaddrinfo failed')).toEqual(['getaddrinfo failed']);
});
