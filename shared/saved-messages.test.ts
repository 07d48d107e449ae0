import { describe, expect, it } from 'vitest';
import { noWrap } from './payload/wrap.ts';
import {
  changed,
  moved,
  mostEarlier,
  mostEarlierBytes,
  restored,
  unnamed,
  type KeptMessage,
} from './saved-messages.ts';
import type { WrittenMessage } from './payload/payload.ts';

const text = (written: string): WrittenMessage => ({ mode: 'text', text: written, lineEnd: 'none' });
const message = (id: string, written = text(id)): KeptMessage => ({ ...unnamed(written), id, history: [] });
const list = (ids: string) => [...ids].map((id) => message(id));
const order = (messages: readonly KeptMessage[]) => messages.map(({ id }) => id).join('');

describe('what a message was before', () => {
  it('is kept with it, the newest first, and what is written again is no earlier value', () => {
    const edited = ['b', 'c', 'a'].reduce(
      (each, to) => changed(each, { written: text(to) }),
      message('m', text('a')),
    );
    expect(edited.written.text).toBe('a');
    expect(edited.history.map((each) => each.text)).toEqual(['c', 'b']);
  });

  it('is another value where the line end or what stands around it was another, and the same where nothing is said of it', () => {
    const first = message('m', text('a'));
    expect(changed(first, { written: { ...text('a'), encoding: 'utf-8' } }).history).toEqual([]);
    expect(changed(first, { written: { ...text('a'), lineEnd: 'lf' } }).history).toEqual([text('a')]);
    const wrap = { ...noWrap, head: '<' };
    expect(changed(first, { written: { ...text('a'), wrap } }).history).toEqual([text('a')]);
  });

  it('is bounded by its number and its bytes, and what was there last is kept however long it is', () => {
    let many = message('m');
    for (let i = 0; i < 50; i++) many = changed(many, { written: text(String(i)) });
    expect(many.history).toHaveLength(mostEarlier);
    expect(many.history[0]?.text).toBe('48');
    const half = 'x'.repeat(mostEarlierBytes / 2 + 1);
    const long = ['1', '2', '3', '4'].reduce(
      (each, to) => changed(each, { written: text(to + half) }),
      message('m'),
    );
    expect(long.history.map((each) => each.text[0])).toEqual(['3', '2']);
  });

  it('stays where only a name changes', () => {
    const edited = changed(message('m'), { written: text('b') });
    expect(changed(edited, { name: 'Read', key: 3 })).toEqual({ ...edited, name: 'Read', key: 3 });
  });
});

describe('the order of messages', () => {
  it.each([
    ['b', 'a', 'bacd'],
    ['a', null, 'bcda'],
    ['ac', 'd', 'bacd'],
    ['ca', null, 'bdac'],
    // Before one of those that move: before the next that stays.
    ['bc', 'c', 'abcd'],
    ['a', 'gone', 'bcda'],
    ['gone', 'a', 'abcd'],
  ])('of abcd, %s before %s is %s', (ids, before, then) => {
    expect(order(moved(list('abcd'), [...ids], before === 'gone' ? 'z' : before))).toBe(then);
  });

  it('is as it was when what was removed comes back, around what came and went meanwhile', () => {
    const removal = { order: [...'abcde'], removed: list('ace') };
    expect(order(restored(list('bd'), removal))).toBe('abcde');
    expect(order(restored(list('xdb'), removal))).toBe('axdebc');
    expect(order(restored([], removal))).toBe('ace');
    expect(order(restored(list('bcd'), removal))).toBe('abcde');
  });
});
