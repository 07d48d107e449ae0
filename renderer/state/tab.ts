/** A tab of the window: an endpoint, or a document. */
import type { EndpointId } from '../../shared/domain.ts';
import { isDocumentId, ofTab, type DocumentId, type ManyKind, type TabId } from '../../shared/layout.ts';
import type { SavedSequence } from '../../shared/sequences/saved.ts';
import { texts } from '../../shared/texts/index.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import type { EndpointState } from './endpoint.svelte.ts';

export type Tab =
  | { readonly id: EndpointId; readonly endpoint: EndpointState; readonly document: null }
  | {
      readonly id: TabId;
      readonly endpoint: null;
      readonly document: DocumentId | ManyKind;
      /** Of a document that there may be many of; '' before it is known. */
      readonly name?: string;
    };

/** Null for an endpoint or a sequence that is gone. `sequences`: null before they are known. */
export function tabOf(
  id: TabId,
  endpoints: readonly EndpointState[],
  sequences: readonly SavedSequence[] | null,
): Tab | null {
  const of = ofTab(id);
  if (id.startsWith('compare:')) {
    const numbers = of.match(/\/.\d+/g)!.map((each) => `#${each.slice(2)}`);
    return {
      id,
      endpoint: null,
      document: 'compare',
      name: `${texts.tabs.documents.compare} ${numbers.join(' · ')}`,
    };
  }
  if (id.startsWith('diagram:')) {
    const endpoint = endpoints.find((each) => of.startsWith(each.id));
    const name = endpoint && `${texts.tabs.documents.diagram} · ${nameOf(endpoint)}`;
    return name ? { id, endpoint: null, document: 'diagram', name } : null;
  }
  if (of !== '') {
    const kept = sequences?.find((each) => each.id === of);
    return sequences && !kept ? null : { id, endpoint: null, document: 'sequence', name: kept?.name ?? '' };
  }
  if (isDocumentId(id)) return { id, endpoint: null, document: id };
  const endpoint = endpoints.find((each) => each.id === id);
  return endpoint ? { id, endpoint, document: null } : null;
}

export const nameOfTab = (tab: Tab): string =>
  tab.endpoint ? nameOf(tab.endpoint) : tab.name || texts.tabs.documents[tab.document];
