/** What the tabs of documents show. None of it is needed before the first paint, nor where it lies. */
import type { Component } from 'svelte';
import type { DocumentId, ManyKind } from '../../shared/layout.ts';
import type { AppState } from '../state/app.svelte.ts';

/** `of`: which one, of a document that there may be many of; else ''. */
export type DocumentComponent = Component<{ app: AppState; of: string }>;

export const views: Record<DocumentId | ManyKind, () => Promise<{ default: DocumentComponent }>> = {
  messages: () => import('./MessagesDocument.svelte'),
  network: () => import('./NetworkDocument.svelte'),
  search: () => import('./SearchDocument.svelte'),
  compare: () => import('./CompareDocument.svelte'),
  diagram: () => import('./DiagramDocument.svelte'),
  sequence: () => import('../sequences/SequenceDocument.svelte'),
};
