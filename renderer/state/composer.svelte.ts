import { mostDraftBytes, mostHistoryBytes, textBytes, type ComposerDraft } from '../../shared/drafts.ts';
import { compile, parse, rewrite, withLineEnd, type WrittenMessage } from '../../shared/payload/payload.ts';

const longestHistory = 100;

/** What a person is writing in one tab: kept while other tabs show, and by the engine. */
export class ComposerState {
  mode = $state<ComposerDraft['mode']>('text');
  lineEnd = $state<ComposerDraft['lineEnd']>('none');
  draft = $state('');
  readonly parsed = $derived(parse({ mode: this.mode, text: this.draft }));
  /** With the line end: what is sent. */
  readonly ended = $derived(withLineEnd(this.parsed, this.lineEnd));
  readonly #template = $derived(compile(this.ended));
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

  get isEmpty(): boolean {
    return this.#template.isFixed && this.#template.fill().length === 0;
  }

  /** The bytes; as it is written where they are made as it is sent. Of a draft without problems. */
  get message(): Uint8Array | WrittenMessage {
    if (this.#template.isFixed) return this.#template.fill();
    return { mode: this.mode, text: this.draft, lineEnd: this.lineEnd };
  }

  /**
   * Writes the same message in the other notation, where what is written means one: null. As it is when it would be
   * longer than `most` characters: so long.
   */
  changeMode(mode: ComposerDraft['mode'], most: number): number | null {
    if (mode !== this.mode && this.parsed.problems.length === 0) {
      const draft = rewrite(this.parsed, mode);
      if (draft.length > most) return draft.length;
      this.draft = draft;
    }
    this.mode = mode;
    return null;
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
