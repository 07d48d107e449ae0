import type { EndpointId } from './domain.ts';

/** What a person writes in a tab before it is sent. */
export type ComposerDraft = {
  mode: 'text' | 'hex';
  lineEnd: 'none' | 'lf' | 'cr' | 'crlf';
  draft: string;
  /** Oldest first. */
  history: string[];
};

export type Drafts = Record<EndpointId, ComposerDraft>;

/** Bytes that are kept of one tab's draft with its history, of that history, and of all tabs. */
export const mostDraftBytes = 1024 * 1024;
export const mostHistoryBytes = 64 * 1024;
export const mostDraftsBytes = 4 * mostDraftBytes;

/** As UTF-8, which a draft travels and is kept as. */
export const textBytes = (text: string): number => new TextEncoder().encode(text).length;

export const draftBytes = ({ draft, history }: ComposerDraft): number =>
  [draft, ...history].reduce((sum, text) => sum + textBytes(text), 0);
