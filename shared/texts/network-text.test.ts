import { expect, test } from 'vitest';
import type { NameAnswer } from '../network-facts.ts';
import { describeNameAnswer, formatNetworkFacts } from './index.ts';

const answer = (question: NameAnswer['question'], code: string | null, ...answers: string[]): NameAnswer => ({
  question,
  answers,
  code,
  durationMs: 2,
});

test('a question without an answer says in words what happened, and keeps the code', () => {
  expect(describeNameAnswer(answer('A', null, '10.0.0.1', '10.0.0.2'))).toBe('10.0.0.1, 10.0.0.2');
  expect(describeNameAnswer(answer('A', 'ENOTFOUND'))).toBe('there is no such name (ENOTFOUND)');
  expect(describeNameAnswer(answer('AAAA', 'ENODATA'))).toBe(
    'the name exists, but has no address of this family (ENODATA)',
  );
  expect(describeNameAnswer(answer('A', 'ETIMEOUT'))).toBe(
    'the name server did not answer in time (ETIMEOUT)',
  );
  expect(describeNameAnswer(answer('A', 'toString'))).toBe('no answer (toString)');
});

test('the system asks more than DNS, so that it not knowing a name is no word about DNS', () => {
  expect(describeNameAnswer(answer('system', 'ENOTFOUND'))).toBe(
    'this system knows no address of the name (ENOTFOUND)',
  );
});

test('network facts as text say the same', () => {
  const facts = { hostName: 'vm', interfaces: [], nameServers: [], sockets: [], omittedSockets: 0 };
  const names = { host: 'x.test', answers: [answer('A', 'ESERVFAIL')] };
  expect(formatNetworkFacts(facts, names)).toBe(
    [
      'Host name: vm',
      'Name servers: none',
      'x.test DNS A (IPv4): the name server failed to find out (ESERVFAIL) (2.0 ms)',
    ].join('\n'),
  );
});
