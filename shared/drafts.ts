import type { EndpointId } from './domain.ts';
import type { EncodingId } from './encodings/encodings.ts';
import { noWrap, type Wrap } from './payload/wrap.ts';
import type { LineEnd, Notation, Written } from './payload/payload.ts';
import type { RepeatPlan } from './repeat.ts';

/** What a person writes in a tab before it is sent. */
export type ComposerDraft = {
  mode: Notation;
  lineEnd: LineEnd;
  encoding: EncodingId;
  /** What stands around each message. */
  wrap: Wrap;
  draft: string;
  /** Oldest first. */
  history: Written[];
  /** Enter sends and Shift+Enter breaks the line, or the other way round. */
  enterSends: boolean;
  /** What is sent stays in the editor; null: as is usual in its notation. */
  keepText: boolean | null;
  /** How it was repeated last; left out: it never was. */
  repeat?: RepeatPlan;
};

export type Drafts = Record<EndpointId, ComposerDraft>;

/** Of a tab in which nothing was written yet. */
export const emptyDraft: ComposerDraft = {
  mode: 'text',
  lineEnd: 'none',
  encoding: 'utf-8',
  wrap: noWrap,
  draft: '',
  history: [],
  enterSends: false,
  keepText: null,
};

/** Bytes that are kept of one tab's draft with its history, of that history, and of all tabs. */
export const mostDraftBytes = 1024 * 1024;
export const mostHistoryBytes = 64 * 1024;
export const mostDraftsBytes = 4 * mostDraftBytes;

/** As UTF-8, which a draft travels and is kept as. */
export const textBytes = (text: string): number => new TextEncoder().encode(text).length;

export const draftBytes = ({ draft, history }: ComposerDraft): number =>
  history.reduce((sum, { text }) => sum + textBytes(text), textBytes(draft));

/** A draft of an earlier version, which had one notation for all of its history and sent a line break as LF. */
export type OlderDraft = {
  mode: 'text' | 'hex';
  lineEnd: LineEnd;
  draft: string;
  history: string[];
};

/** The same bytes are sent for it: where a line break would be another one now, it is written as an escape. */
export function takeOver({ mode, lineEnd, draft, history }: OlderDraft): ComposerDraft {
  const isChanged = mode === 'text' && (lineEnd === 'cr' || lineEnd === 'crlf');
  const same = (text: string) => (isChanged ? text.replace(typedBreak, '\\n') : text);
  return {
    ...emptyDraft,
    mode,
    lineEnd,
    draft: same(draft),
    history: history.map((text) => ({ mode, text: same(text) })),
  };
}

/** Not behind a carriage return, nor behind a backslash that is none itself: that is a mistake, and stays one. */
const typedBreak = /(?<!\r)(?<=(?<!\\)(?:\\\\)*)\n/g;
