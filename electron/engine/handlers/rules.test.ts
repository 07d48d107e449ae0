import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { defaultReply } from '../../../shared/settings/reply.ts';
import type { ReplySettings } from '../../../shared/settings/settings.ts';
import { mostWaiting, mostWaitingBytesOfAll } from './delayed-replies.ts';
import type { MakeHandler } from '../net/handler.ts';
import { repliesOf } from './replies.ts';
import { RuleBudget } from '../net/rule-budget.ts';
import { RuleCounts } from './rule-counts.ts';
import { mostLeft, mostSlowPeers } from './rule-search.ts';
import { newRule, TestPort, testPeer } from '../testing/peer-port.ts';

const rulesPeer = (
  rules: ReturnType<typeof newRule>[],
  boundary: 'chunk' | 'line' = 'chunk',
  budget?: RuleBudget,
) => testPeer({ kind: 'rules', rules, boundary }, 'stream', budget && { budget });
const slow = newRule('regex', '^(a+)+$', 'never');
const catastrophe = `${'a'.repeat(40)}!`;

describe('rules', () => {
  test('answer with the first that matches, and not at all where none does', () => {
    const { port, say } = rulesPeer([newRule('exact', 'a', 'one'), newRule('regex', '(.)b', 'two $1')]);
    say('a', 'b', 'xb', 'a');
    expect(port.replies()).toEqual(['one', 'two x', 'one']);
  });

  test('write their notes into the log, before the reply', () => {
    const { port, say } = rulesPeer([newRule('exact', 'b', ''), newRule('exact', 'a', '', { note: 'seen' })]);
    say('a', 'b');
    expect(port.notes).toEqual([{ kind: 'note', note: 'rule', rule: 2, words: 'seen' }]);
    expect(port.count).toBe(0);
  });

  test('answer nothing behind a reply that closes or resets', () => {
    for (const then of ['close', 'reset'] as const) {
      const { port, replier, say } = rulesPeer(
        [newRule('exact', 'bye\n', 'goodbye', { then }), newRule('contains', '', 'more', { note: 'more' })],
        'line',
      );
      say('bye\nagain\n', 'again\n');
      expect([port.replies(), port.ends, port.notes]).toEqual([['goodbye'], [then], []]);
      const answered = vi.fn();
      replier.finished(answered);
      expect(answered).toHaveBeenCalledOnce();
    }
  });

  test('may close without a word', () => {
    const { port, say } = rulesPeer([newRule('exact', 'bye', '', { then: 'reset' })]);
    say('bye');
    expect([port.count, port.ends]).toEqual([0, ['reset']]);
  });
});

describe('a rule that fails', () => {
  test('by taking too long is off for its peer, and the others answer in its place', () => {
    const { port, say } = rulesPeer([slow, newRule('contains', '!', 'loud')], 'line');
    say(`x\n${catastrophe}\n!\n`);
    say(`${catastrophe}\n`, 'aaa\n');
    expect(port.replies()).toEqual(['loud', 'loud', 'loud']);
    expect(port.notes).toEqual([
      expect.objectContaining({ note: 'reply-failed', code: 'RULE_TIMEOUT', rule: 1 }),
    ]);
    const other = rulesPeer([slow]);
    other.say('aaa');
    expect(other.port.replies()).toEqual(['never']);
  });

  test('by taking too long for ten peers is off for all, so that nobody holds up the others by connecting anew', () => {
    const rules = [slow, newRule('contains', '', '?')];
    const settings: ReplySettings = { ...defaultReply(), kind: 'rules', rules };
    // As if an hour lay between any two: what the budget bounds is told elsewhere.
    let now = 0;
    const budget = new RuleBudget(() => (now += 3_600_000));
    const server = (): MakeHandler => repliesOf(settings, null, { budget })!;
    const saying = (message: string, to: MakeHandler): TestPort => {
      const port = new TestPort();
      const bytes = Buffer.from(message);
      to(port)!.received(bytes, port.recorder.store(bytes));
      return port;
    };
    const one = server();
    for (let peer = 0; peer < mostSlowPeers; peer++)
      expect(saying(catastrophe, one).failures()).toContain('RULE_TIMEOUT');
    const next = saying('aaa', one);
    expect([next.replies(), next.failures()]).toEqual([['?'], ['RULE_OFF']]);
    expect(saying('aaa', server()).replies()).toEqual(['never']);
  });

  test('one after the other, takes a bounded time for each read, and says what was left', () => {
    let now = 0;
    const budget = new RuleBudget(() => now);
    const rules = [slow, slow, slow, slow, slow, newRule('regex', '.', 'end')];
    const { port, say } = rulesPeer(rules, 'line', budget);
    say(`${catastrophe}\nx\n`);
    expect(port.failures()).toContain('RULES_BUSY');
    expect(port.count).toBe(0);
    for (let read = 0; read < 10 && port.count === 0; read++) {
      now += 3_600_000;
      say(`${catastrophe}\n`);
    }
    expect(port.replies()).toEqual(['end']);
    expect(port.failures().filter((code) => code === 'RULE_TIMEOUT')).toHaveLength(5);
  });

  test('a little for each of many messages, takes a bounded time for them together, and says what was left', () => {
    // An hour passes whenever somebody asks: what rules may take together is told elsewhere.
    let now = 0;
    const { port, say } = rulesPeer([slow], 'line', new RuleBudget(() => (now += 3_600_000)));
    // Each takes about a millisecond; far more of them than there is time for.
    say(`${'a'.repeat(15)}!\n`.repeat(3500));
    expect([port.count, port.failures()]).toEqual([0, ['RULES_TOO_SLOW']]);
  });

  test('has hardly any time while slow rules have used up that of all, and what it leaves is not answered', () => {
    const budget = new RuleBudget(() => 0);
    const rules = [slow, newRule('contains', '', '?')];
    const first = rulesPeer(rules, 'line', budget);
    first.say(`${catastrophe}\n`);
    expect([first.port.replies(), first.port.failures()]).toEqual([['?'], ['RULE_TIMEOUT']]);
    const next = rulesPeer(rules, 'line', budget);
    next.say(`${catastrophe}\nx\n`);
    expect([next.port.replies(), next.port.failures()]).toEqual([[], ['RULES_BUSY']]);
    for (let read = 1; read < mostLeft; read++) next.say(`${catastrophe}\n`);
    expect(next.port.failures()).toEqual(['RULES_BUSY', 'RULE_TIMEOUT']);
    next.say(`${catastrophe}\n`);
    expect(next.port.replies()).toEqual(['?']);
  });

  test('is not even tried while there is no time for tries, and quick rules before it answer', () => {
    const budget = new RuleBudget(() => 0);
    budget.count(200);
    budget.countTry(100);
    const { port, say } = rulesPeer([newRule('exact', 'quick', '!'), slow], 'line', budget);
    const exec = vi.spyOn(RegExp.prototype, 'exec');
    onTestFinished(() => exec.mockRestore());
    const tries = (): number =>
      exec.mock.contexts.filter((one) => (one as RegExp).source === slow.pattern).length;
    say(`${catastrophe}\n`);
    // What finds out that it is slow.
    expect(tries()).toBeGreaterThan(0);
    exec.mockClear();
    say(`${catastrophe}\n`);
    expect(tries()).toBe(0);
    // A busy machine may leave what is quick as well, but not each time.
    while (port.count === 0) say('quick\n');
    expect([port.replies(), port.failures()]).toEqual([['!'], ['RULES_BUSY']]);
  });

  test('by a reply without bound sends nothing and is noted once', () => {
    const { port, say } = rulesPeer([newRule('regex', 'a+', '$&'.repeat(1000)), newRule('exact', 'b', 'b')]);
    say('a'.repeat(60_000), 'a'.repeat(60_000), 'b');
    expect([port.replies(), port.failures()]).toEqual([['b'], ['REPLY_TOO_LONG']]);
  });
});

describe('delays', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const rules = [
    newRule('exact', 'slow', 'slow', { delayMs: 1000 }),
    newRule('exact', 'slower', 'slower', { delayMs: 2000 }),
    newRule('exact', 'bye', 'goodbye', { delayMs: 500, then: 'close' }),
    newRule('exact', 'fast', 'fast'),
  ];

  test('count from the message: ten at once are answered together, one delay later', () => {
    const { port, say } = rulesPeer(rules);
    say(...Array<string>(10).fill('slow'));
    vi.advanceTimersByTime(999);
    expect(port.count).toBe(0);
    vi.advanceTimersByTime(2);
    expect(port.count).toBe(10);
  });

  test('keep the order of the messages: a slow reply holds back those behind it', () => {
    const { port, say } = rulesPeer(rules);
    say('fast', 'slower', 'slow', 'fast');
    expect(port.replies()).toEqual(['fast']);
    vi.advanceTimersByTime(1999);
    expect(port.replies()).toEqual(['fast']);
    vi.advanceTimersByTime(2);
    expect(port.replies()).toEqual(['fast', 'slower', 'slow', 'fast']);
    say('fast');
    expect(port.replies().at(-1)).toBe('fast');
    expect(port.count).toBe(5);
  });

  test('are waited for when the peer has finished sending', () => {
    const { port, replier, say } = rulesPeer(rules);
    say('slow');
    const answered = vi.fn(() => expect(port.replies()).toEqual(['slow']));
    replier.finished(answered);
    expect(answered).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1001);
    expect(answered).toHaveBeenCalledOnce();
  });

  test('before closing leave what comes meanwhile unanswered', () => {
    const { port, say } = rulesPeer(rules);
    say('bye', 'fast');
    vi.advanceTimersByTime(501);
    expect([port.replies(), port.ends]).toEqual([['goodbye'], ['close']]);
  });

  test('end with their peer, and leave no timer', () => {
    const { port, replier, say } = rulesPeer(rules);
    say('slow', 'bye');
    expect(vi.getTimerCount()).toBe(1);
    replier.closed();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect([port.count, port.ends]).toEqual([0, []]);
  });

  test('hold a bounded number of replies with one timer; what is too much is noted once and gets none', () => {
    const { port, say } = rulesPeer(rules);
    say(...Array<string>(mostWaiting + 5).fill('slow'));
    expect(vi.getTimerCount()).toBe(1);
    expect(port.failures()).toEqual(['RULE_BACKLOG']);
    vi.advanceTimersByTime(1001);
    expect(port.count).toBe(mostWaiting);
  });

  test('hold no more for many peers than a bound for all, and what their ends set free', () => {
    const length = 1024 * 1024;
    const long = [newRule('exact', 'slow', 'a'.repeat(length), { delayMs: 1000 })];
    const crowd = Array.from({ length: mostWaitingBytesOfAll / length / 16 }, () => rulesPeer(long));
    for (const { say } of crowd) say(...Array<string>(16).fill('slow'));
    expect(crowd.flatMap(({ port }) => port.failures())).toEqual([]);
    const late = rulesPeer(long);
    late.say('slow');
    expect(late.port.failures()).toEqual(['RULE_BACKLOG']);
    for (const { replier } of crowd) replier.closed();
    const last = rulesPeer(long);
    last.say('slow');
    expect(last.port.failures()).toEqual([]);
    last.replier.closed();
  });
});

describe('the counts of rules', () => {
  const first = newRule('exact', 'a', 'one');
  const second = newRule('contains', '', '');

  test('tell how often each has answered, whatever it says, for all peers together', () => {
    const counts = new RuleCounts();
    expect(counts.of([first, second])).toEqual([]);
    for (const said of [['a', 'b', 'c'], ['a']])
      testPeer({ kind: 'rules', rules: [first, second] }, 'stream', { counts }).say(...said);
    expect(counts.of([first, second])).toEqual([2, 2]);
    counts.clear();
    expect(counts.of([first, second])).toEqual([]);
  });

  test('go with a rule that is moved or off, and begin anew with one that is changed', () => {
    const counts = new RuleCounts();
    testPeer({ kind: 'rules', rules: [first] }, 'stream', { counts }).say('a', 'a');
    const copy = { ...first, enabled: false };
    expect(counts.of([second, copy])).toEqual([0, 2]);
    expect(counts.of([copy, first])).toEqual([2, 0]);
    expect(counts.of([{ ...first, pattern: 'b' }])).toEqual([0]);
  });
});
