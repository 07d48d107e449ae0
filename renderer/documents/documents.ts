/** What each document is: its sign in the tabs, and what its tab shows. Its name is in `texts.tabs.documents`. */
import type { LucideProps } from '@lucide/svelte';
import Sequence from '@lucide/svelte/icons/list';
import Messages from '@lucide/svelte/icons/messages-square';
import Network from '@lucide/svelte/icons/network';
import Search from '@lucide/svelte/icons/search';
import type { Component } from 'svelte';
import type { DocumentId, ManyKind } from '../../shared/layout.ts';
import { later, type Part } from '../lib/part.svelte.ts';
import type { AppState } from '../state/app.svelte.ts';

/** `of`: which one, of a document that there may be many of; else ''. */
type DocumentView = {
  sign: Component<LucideProps> | '◫';
  view: Part<Component<{ app: AppState; of: string }>>;
};

export const documents: Record<DocumentId | ManyKind, DocumentView> = {
  messages: { sign: Messages, view: later(() => import('./MessagesDocument.svelte')) },
  network: { sign: Network, view: later(() => import('./NetworkDocument.svelte')) },
  search: { sign: Search, view: later(() => import('./SearchDocument.svelte')) },
  compare: { sign: '◫', view: later(() => import('./CompareDocument.svelte')) },
  sequence: { sign: Sequence, view: later(() => import('../sequences/SequenceDocument.svelte')) },
};
