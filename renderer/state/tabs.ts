/** Several tabs at once; the endpoints stay in the list. */
import type { TabId } from '../../shared/layout.ts';
import type { AppState } from './app.svelte.ts';

export function closeOtherTabs(app: AppState, id: TabId): void {
  const isOpen = app.layout.openTabs.includes(id);
  app.changeLayout({ openTabs: isOpen ? [id] : [], activeTab: isOpen ? id : null });
}

export function closeTabsAfter(app: AppState, id: TabId): void {
  const { openTabs, activeTab } = app.layout;
  const kept = openTabs.slice(0, openTabs.indexOf(id) + 1);
  app.changeLayout({ openTabs: kept, activeTab: kept.some((each) => each === activeTab) ? activeTab : id });
}
