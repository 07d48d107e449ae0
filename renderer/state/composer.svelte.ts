import {
  emptyDraft,
  mostDraftBytes,
  mostHistoryBytes,
  textBytes,
  type ComposerDraft,
} from '../../shared/drafts.ts';
import { wholeFile } from '../../shared/file-plan.ts';
import { isQuicklyRead, readMessage, type MessageReading } from '../../shared/message-reading.ts';
import { toBase64 } from '../../shared/payload/base64.ts';
import { isCleanText } from '../../shared/payload/clean-text.ts';
import { escapeText, formatHex } from '../../shared/payload/format.ts';
import type { Parsed } from '../../shared/payload/parts.ts';
import {
  asIsOf,
  compile,
  isTextual,
  lineEndBytes,
  parse,
  rewrite,
  rewriteAsBase64,
  type Notation,
  type Written,
  type WrittenMessage,
} from '../../shared/payload/payload.ts';
import { mostWrittenCharacters } from '../../shared/settings/reply.ts';
import { isWrapped } from '../../shared/payload/wrap.ts';

const longestHistory = 100;

/** As long as nobody has read it. */
const unknown: MessageReading = {
  ...{ problems: [], tokens: [], warnings: [], hex: '', bytes: null },
  ...{ isEmpty: false, asksReceived: false, fixed: null },
};

/** Bytes that are sent as they are, in place of what is written: a file, or what was pasted and is too long to edit. */
export type Attached = { name: string; blob: Blob };

/** What is being sent; `job`: of a file. `part` of it has been handed over, 0 to 1; null of what goes in one piece. */
export type Sending = { part: number | null; cancel: () => void; job?: number };

export const percentOf = ({ part }: Sending): number => Math.floor((part ?? 0) * 100);

/** Whether another notation was taken; `calls`: it has none for them; `tooLong`: it would have so many characters there. */
export type NotationChange = 'done' | 'escaped' | 'calls' | { tooLong: number };

/** What a person is writing in one tab: kept while other tabs show, and by the engine. */
export class ComposerState {
  mode = $state<Notation>(emptyDraft.mode);
  lineEnd = $state<ComposerDraft['lineEnd']>(emptyDraft.lineEnd);
  /** Of text; what is written as bytes is the same in any. */
  encoding = $state(emptyDraft.encoding);
  wrap = $state.raw(emptyDraft.wrap);
  draft = $state('');
  enterSends = $state(emptyDraft.enterSends);
  #keepText = $state(emptyDraft.keepText);
  /** How it is repeated, as it was chosen last. */
  repeat = $state.raw<ComposerDraft['repeat']>(undefined);
  /** Takes the place of the draft, which waits. Not kept by the engine. */
  attached = $state.raw<Attached | null>(null);
  /** Of the files that are sent here. */
  filePlan = $state.raw(wholeFile);
  sending = $state.raw<Sending | null>(null);
  /** The newest message is handed over, or never will be: the next one follows it. Never rejects. */
  handedOver: Promise<unknown> = Promise.resolve();
  /** The message goes out once the connection is open. */
  isWaiting = $state(false);
  readonly asWritten = $derived.by((): WrittenMessage => {
    const { mode, draft: text, lineEnd, encoding, wrap } = this;
    return { mode, text, lineEnd, encoding, ...(isWrapped(wrap) ? { wrap } : {}) };
  });
  readonly #quick = $derived(isQuicklyRead(this.asWritten) ? readMessage(this.asWritten) : null);
  /** By who reads long ones, of one that was written. */
  #told = $state.raw<{ message: WrittenMessage; reading: MessageReading } | null>(null);
  /** A long one that somebody has to read, who tells of it by `take`. */
  readonly unread = $derived(
    this.attached !== null || this.#quick !== null || this.#told?.message === this.asWritten
      ? null
      : this.asWritten,
  );
  /** The newest: of what is written now, unless that is unread. */
  readonly reading = $derived(this.#quick ?? this.#told?.reading ?? unknown);
  /** Oldest first. Read as a whole, so never deep. */
  history = $state.raw<Written[]>([]);
  /** Where the arrow keys stand in the history; `history.length` is the draft that was being written. */
  #position = 0;
  #ownDraft: Written = { mode: 'text', text: '' };
  /** How text was written before it was turned into bytes. */
  #lastText: 'text' | 'as-is' = 'text';

  restore(saved: Partial<ComposerDraft>): void {
    const draft = { ...emptyDraft, ...saved };
    this.mode = draft.mode;
    this.lineEnd = draft.lineEnd;
    this.encoding = draft.encoding;
    this.wrap = draft.wrap;
    this.draft = draft.draft;
    this.history = draft.history;
    this.enterSends = draft.enterSends;
    this.#keepText = draft.keepText;
    this.repeat = draft.repeat;
    this.#position = draft.history.length;
  }

  /** What is sent as bytes is usually sent again, with another byte. */
  get keepText(): boolean {
    return this.#keepText ?? !this.isText;
  }

  set keepText(keep: boolean) {
    this.#keepText = keep;
  }

  take(message: WrittenMessage, reading: MessageReading): void {
    this.#told = { message, reading };
  }

  /** What would be sent now is refused: a file, or many pieces, would hold it up for long. */
  get isBusy(): boolean {
    const { sending } = this;
    return this.isWaiting || (sending !== null && (this.attached !== null || sending.part !== null));
  }

  /** Around nothing there is no message. */
  get isEmpty(): boolean {
    if (this.attached !== null) return this.length === 0;
    return this.unread === null ? this.reading.isEmpty : !/\S/.test(this.draft);
  }

  /** Of what is unread the engine tells. */
  get hasProblems(): boolean {
    return this.attached === null && this.unread === null && this.reading.problems.length > 0;
  }

  /** Bytes that are sent; null where that is known once they are made. */
  get length(): number | null {
    if (this.attached !== null) return this.attached.blob.size;
    return this.unread === null ? (this.reading.fixed?.length ?? null) : null;
  }

  /** The bytes; as it is written where they are made as it is sent. What has problems the engine refuses just so. */
  get message(): Uint8Array | Blob | WrittenMessage {
    if (this.attached !== null) return this.attached.blob;
    // Of what stands there now, read or not.
    const { problems, bytes } = this.unread === null ? this.reading : readMessage(this.asWritten);
    return problems.length > 0 || bytes === null ? this.asWritten : bytes;
  }

  /** It has more characters than the engine makes a message of; null: it has not. */
  get tooLongToMake(): { most: number } | null {
    const isLong = this.unread === null && this.written !== null && this.draft.length > mostWrittenCharacters;
    return isLong ? { most: mostWrittenCharacters } : null;
  }

  /** A message that is made as it is sent; null for any other. */
  get written(): WrittenMessage | null {
    return this.attached !== null || this.reading.fixed !== null ? null : this.asWritten;
  }

  /** Whether what is written is text, with escapes or without. */
  get isText(): boolean {
    return isTextual(this.mode);
  }

  /**
   * What is sent is then exactly these bytes: text where they are clean text, unless bytes are being written. Their line end
   * may be the one that is put behind. False where that has more than `most` characters: then nothing has changed.
   */
  writeBytes(bytes: Uint8Array, most: number): boolean {
    const end = lineEndBytes[this.lineEnd];
    const isEnded = end.length < bytes.length && end.every((byte, at) => bytes.at(at - end.length) === byte);
    const own = isEnded ? bytes.subarray(0, bytes.length - end.length) : bytes;
    const mode = !this.isText ? this.mode : isCleanText(own) ? 'text' : 'hex';
    const draft = mode === 'text' ? escapeText(own) : mode === 'hex' ? formatHex(own) : toBase64(own);
    if (draft.length > most) return false;
    this.attached = null;
    this.mode = mode;
    if (mode === 'text') this.encoding = 'utf-8';
    if (!isEnded) this.lineEnd = 'none';
    this.draft = draft;
    return true;
  }

  /** In the notation for text that was used last. */
  writeAsText(most: number): NotationChange {
    return this.isText ? 'done' : this.changeMode(this.#lastText, most);
  }

  /**
   * Between text and bytes, and one notation of bytes and another, the same bytes are written anew, where what is written
   * means any: 'escaped' where no text as it is would be sent as them. With escapes or without, the text stays and means
   * something else. As it is when it would be longer than `most` characters.
   */
  changeMode(mode: Notation, most: number): NotationChange {
    const parsed = this.#parsed();
    let [next, draft] = [mode, this.draft];
    const isAnew = mode !== this.mode && !(isTextual(mode) && this.isText);
    if (isAnew && parsed.problems.length === 0) {
      const asIs = mode === 'as-is' ? this.#asIs(parsed) : null;
      if (mode === 'as-is' && asIs === null) next = 'text';
      const written = asIs ?? this.#written(parsed, next);
      if (written === null) return 'calls';
      draft = written;
      if (draft.length > most) return { tooLong: draft.length };
    }
    if (isTextual(this.mode)) this.#lastText = this.mode;
    this.mode = next;
    this.draft = draft;
    return next === mode ? 'done' : 'escaped';
  }

  #parsed(): Parsed {
    return parse(this.asWritten, null, this.lineEnd);
  }

  /** Null where that notation has no word for it. */
  #written(parsed: Parsed, mode: Notation): string | null {
    if (mode !== 'base64') return rewrite(parsed, mode === 'hex' ? 'hex' : 'text', null, this.encoding);
    return rewriteAsBase64(parsed);
  }

  #asIs(parsed: Parsed): string | null {
    const { isFixed, fill } = compile(parsed);
    return isFixed && this.encoding === 'utf-8' ? asIsOf(fill(), this.lineEnd) : null;
  }

  /** Puts what is sent at the end of the history; the editor is emptied, unless it keeps its text. */
  keepAsSent(): Written {
    const sent = { mode: this.mode, text: this.draft };
    if (sent.text !== '') {
      const others = this.history.filter(({ mode, text }) => mode !== sent.mode || text !== sent.text);
      this.history = [...others, sent].slice(-longestHistory);
    }
    this.#position = this.history.length;
    this.#ownDraft = { mode: this.mode, text: '' };
    if (!this.keepText) this.draft = '';
    return sent;
  }

  /** Shows an older (-1) or newer (1) message; false where there is none. */
  stepHistory(step: -1 | 1): boolean {
    const next = this.#position + step;
    if (next < 0 || next > this.history.length) return false;
    if (this.#position === this.history.length) this.#ownDraft = { mode: this.mode, text: this.draft };
    this.#position = next;
    const { mode, text } = this.history[next] ?? this.#ownDraft;
    this.mode = mode;
    this.draft = text;
    return true;
  }

  /** What is too long to keep is left out rather than cut: half a message is another message. */
  get kept(): { draft: ComposerDraft; isWhole: boolean } {
    const { mode, lineEnd, encoding, wrap, draft, enterSends } = this;
    const room = mostDraftBytes - textBytes(draft);
    const isWhole = room >= 0;
    let left = Math.min(isWhole ? room : mostDraftBytes, mostHistoryBytes);
    const tooOld = this.history.findLastIndex(({ text }) => (left -= textBytes(text)) < 0);
    const history = this.history.slice(tooOld + 1);
    const keepText = this.#keepText;
    const repeat = this.repeat === undefined ? {} : { repeat: this.repeat };
    const how = { mode, lineEnd, encoding, wrap, enterSends, keepText, ...repeat };
    return { draft: { ...how, draft: isWhole ? draft : '', history }, isWhole };
  }
}
