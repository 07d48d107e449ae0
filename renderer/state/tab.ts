/** A tab of the window: an endpoint, or a document. */
import type { EndpointId } from '../../shared/domain.ts';
import { isDocumentId, type DocumentId, type TabId } from '../../shared/layout.ts';
import { texts } from '../../shared/texts/index.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import type { EndpointState } from './endpoint.svelte.ts';

export type Tab =
  | { readonly id: EndpointId; readonly endpoint: EndpointState; readonly document: null }
  | { readonly id: DocumentId; readonly endpoint: null; readonly document: DocumentId };

/** Null for an endpoint that is gone. */
export function tabOf(id: TabId, endpoints: readonly EndpointState[]): Tab | null {
  if (isDocumentId(id)) return { id, endpoint: null, document: id };
  const endpoint = endpoints.find((each) => each.id === id);
  return endpoint ? { id, endpoint, document: null } : null;
}

export const nameOfTab = ({ endpoint, document }: Tab): string =>
  endpoint ? nameOf(endpoint) : texts.tabs.documents[document!];
