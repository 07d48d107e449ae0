import { mostDraftBytes, mostHistoryBytes, textBytes, type ComposerDraft } from '../../shared/drafts.ts';

const longestHistory = 100;

/** What a person is writing in one tab: kept while other tabs show, and by the engine. */
export class ComposerState {
  mode = $state<ComposerDraft['mode']>('text');
  lineEnd = $state<ComposerDraft['lineEnd']>('none');
  draft = $state('');
  /** Oldest first. Read as a whole, so never deep. */
  history = $state.raw<string[]>([]);
  /** Where the arrow keys stand in the history; `history.length` is the draft that was being written. */
  #position = 0;
  #ownDraft = '';

  restore(saved: ComposerDraft): void {
    this.mode = saved.mode;
    this.lineEnd = saved.lineEnd;
    this.draft = saved.draft;
    this.history = saved.history;
    this.#position = saved.history.length;
  }

  /** Puts the sent draft at the end of the history and empties the editor. */
  keepAsSent(draft: string): void {
    if (draft !== '') {
      this.history = [...this.history.filter((entry) => entry !== draft), draft].slice(-longestHistory);
    }
    this.#position = this.history.length;
    this.#ownDraft = '';
    this.draft = '';
  }

  /** Shows an older (-1) or newer (1) message; false where there is none. */
  stepHistory(step: -1 | 1): boolean {
    const next = this.#position + step;
    if (next < 0 || next > this.history.length) return false;
    if (this.#position === this.history.length) this.#ownDraft = this.draft;
    this.#position = next;
    this.draft = this.history[next] ?? this.#ownDraft;
    return true;
  }

  /** What is too long to keep is left out rather than cut: half a message is another message. */
  get kept(): { draft: ComposerDraft; isWhole: boolean } {
    const { mode, lineEnd, draft } = this;
    const room = mostDraftBytes - textBytes(draft);
    const isWhole = room >= 0;
    let left = Math.min(isWhole ? room : mostDraftBytes, mostHistoryBytes);
    const tooOld = this.history.findLastIndex((entry) => (left -= textBytes(entry)) < 0);
    const history = this.history.slice(tooOld + 1);
    return { draft: { mode, lineEnd, draft: isWhole ? draft : '', history }, isWhole };
  }
}
