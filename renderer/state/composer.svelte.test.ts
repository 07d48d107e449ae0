import { describe, expect, test } from 'vitest';
import { draftBytes, mostDraftBytes, mostHistoryBytes, type ComposerDraft } from '../../shared/drafts.ts';
import type { Written } from '../../shared/payload/payload.ts';
import { ComposerState } from './composer.svelte.ts';

const text = (written: string): Written => ({ mode: 'text', text: written });
function composer(draft: string, history: string[] = [], more: Partial<ComposerDraft> = {}): ComposerState {
  const state = new ComposerState();
  state.restore({ mode: 'text', lineEnd: 'lf', draft, history: history.map(text), ...more });
  return state;
}
const most = 1000;

test('a draft is kept up to a megabyte, and is left out as a whole beyond', () => {
  const long = 'x'.repeat(mostDraftBytes);
  expect(composer(long).kept).toMatchObject({ draft: { draft: long }, isWhole: true });
  expect(composer(`${long}x`).kept).toMatchObject({ draft: { draft: '' }, isWhole: false });
  // Three bytes each.
  expect(composer('温'.repeat(mostDraftBytes / 2)).kept.isWhole).toBe(false);
});

test('of the history the newest is kept, as far as there is room beside the draft', () => {
  const half = 'x'.repeat(mostHistoryBytes / 2);
  const history = ['old', half.slice(1), `${half.slice(1)}y`, 'y'];
  expect(composer('', history).kept.draft.history).toEqual(history.slice(1).map(text));
  const beside = composer('x'.repeat(mostDraftBytes - 1), history).kept.draft;
  expect(beside.history).toEqual([text('y')]);
  expect(draftBytes(beside)).toBe(mostDraftBytes);
});

describe('another notation', () => {
  test('keeps the bytes between text and hex, as text without escapes too', () => {
    const state = composer('a\\b', [], { mode: 'as-is' });
    expect(state.changeMode('hex', most)).toBe('done');
    expect(state.draft).toBe('61 5C 62');
    expect(state.writeAsText(most)).toBe('done');
    expect([state.mode, state.draft]).toEqual(['as-is', 'a\\b']);
  });

  test('has escapes where no text as it is means these bytes', () => {
    const state = composer('\\xFF', [], { lineEnd: 'crlf' });
    state.changeMode('hex', most);
    expect(state.changeMode('as-is', most)).toBe('escaped');
    expect([state.mode, state.draft]).toEqual(['text', '\\xFF']);
  });

  test('leaves the text alone where only escapes are switched', () => {
    const state = composer('C:\\new');
    state.changeMode('as-is', most);
    expect([state.draft, state.length]).toEqual(['C:\\new', 7]);
    state.changeMode('text', most);
    expect([state.draft, state.length]).toEqual(['C:\\new', 6]);
  });

  test('is not taken where it would be too long', () => {
    const state = composer('abc');
    expect(state.changeMode('hex', 7)).toEqual({ tooLong: 8 });
    expect([state.mode, state.draft]).toEqual(['text', 'abc']);
  });

  test('writes typed line breaks as the bytes that are sent for them', () => {
    const state = composer('a\nb', [], { lineEnd: 'crlf' });
    state.changeMode('hex', most);
    expect(state.draft).toBe('61 0D 0A 62');
  });
});

test('the text stays after sending in hex, goes in text, and as it was chosen', () => {
  const state = composer('41');
  expect(state.keepText).toBe(false);
  state.changeMode('hex', most);
  expect(state.keepText).toBe(true);
  state.keepAsSent();
  expect(state.draft).toBe('34 31');
  state.keepText = false;
  state.keepAsSent();
  expect([state.draft, state.kept.draft.keepText]).toEqual(['', false]);
});

test('the history remembers how each message was written', () => {
  const state = composer('\\n', [], { mode: 'as-is' });
  state.keepAsSent();
  state.changeMode('hex', most);
  state.draft = '41';
  expect(state.stepHistory(-1)).toBe(true);
  expect([state.mode, state.draft]).toEqual(['as-is', '\\n']);
  state.stepHistory(1);
  expect([state.mode, state.draft]).toEqual(['hex', '41']);
  expect(state.kept.draft.history).toEqual([{ mode: 'as-is', text: '\\n' }]);
});
