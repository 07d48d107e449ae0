import { expect, test } from 'vitest';
import { draftBytes, mostDraftBytes, mostHistoryBytes } from '../../shared/drafts.ts';
import { ComposerState } from './composer.svelte.ts';

function composer(draft: string, history: string[] = []): ComposerState {
  const state = new ComposerState();
  state.restore({ mode: 'text', lineEnd: 'lf', draft, history });
  return state;
}

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
  expect(composer('', history).kept.draft.history).toEqual(history.slice(1));
  const beside = composer('x'.repeat(mostDraftBytes - 1), history).kept.draft;
  expect(beside.history).toEqual(['y']);
  expect(draftBytes(beside)).toBe(mostDraftBytes);
});
