/** What each document is: its sign in the tabs, and what its tab shows (`views.ts`). Its name is in `texts.tabs.documents`. */
import type { LucideProps } from '@lucide/svelte';
import Sequence from '@lucide/svelte/icons/list';
import Messages from '@lucide/svelte/icons/messages-square';
import Network from '@lucide/svelte/icons/network';
import Search from '@lucide/svelte/icons/search';
import type { Component } from 'svelte';
import type { DocumentId, ManyKind } from '../../shared/layout.ts';
import { later, type Part } from '../lib/part.svelte.ts';
import type { DocumentComponent } from './views.ts';

type Sign = Component<LucideProps> | '◫' | '⇶';

const document = (sign: Sign, id: DocumentId | ManyKind): { sign: Sign; view: Part<DocumentComponent> } => ({
  sign,
  view: later(async () => (await import('./views.ts')).views[id]()),
});

export const documents = {
  messages: document(Messages, 'messages'),
  network: document(Network, 'network'),
  search: document(Search, 'search'),
  compare: document('◫', 'compare'),
  diagram: document('⇶', 'diagram'),
  sequence: document(Sequence, 'sequence'),
} satisfies Record<DocumentId | ManyKind, unknown>;
