import { app } from './en/app.ts';
import { firstActions } from './en/first-actions.ts';
import { firstSidebar } from './en/first-sidebar.ts';
import { status } from './en/status.ts';
import { tabs } from './en/tabs.ts';

/** What the window shows before it has attached to the engine. */
export const first = {
  actions: firstActions,
  app,
  sidebar: firstSidebar,
  status,
  tabs,
};
