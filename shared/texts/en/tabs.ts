import type { DocumentId, ManyKind } from '../../layout.ts';

export const tabs = {
  label: 'Open tabs',
  open: 'New tab',
  closeOthers: 'Close other tabs',
  closeAfter: 'Close tabs to the right',
  all: 'All tabs',
  find: 'Find a tab',
  /** What is about several endpoints, or about none. */
  documents: {
    messages: 'Messages',
    network: 'Network facts',
    search: 'All tabs',
    sequence: 'Sequence',
    compare: 'Compare',
    diagram: 'Diagram',
  } satisfies Record<DocumentId | ManyKind, string>,
  none: 'No tab has that name.',
};
