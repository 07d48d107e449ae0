import type { ComposerLayout } from '../../shared/drafts.ts';

const longestHistory = 100;
/** Characters that the workspace keeps of a draft, and of a history; the layout travels as one message of at most 1 MiB. */
const keptLength = 16 * 1024;

/** What a person is writing in one tab: kept while other tabs show, and with the layout. */
export class ComposerState {
  mode = $state<ComposerLayout['mode']>('text');
  lineEnd = $state<ComposerLayout['lineEnd']>('none');
  draft = $state('');
  /** Oldest first. Read as a whole, so never deep. */
  history = $state.raw<string[]>([]);
  /** Where the arrow keys stand in the history; `history.length` is the draft that was being written. */
  #position = 0;
  #ownDraft = '';

  restore(saved: ComposerLayout): void {
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
  get layout(): ComposerLayout {
    let length = 0;
    const tooOld = this.history.findLastIndex((entry) => (length += entry.length) > keptLength);
    return {
      mode: this.mode,
      lineEnd: this.lineEnd,
      draft: this.draft.length <= keptLength ? this.draft : '',
      history: this.history.slice(tooOld + 1),
    };
  }
}
