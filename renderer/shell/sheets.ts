/** What lies over the page, one at a time. */
import type { Component } from 'svelte';
import { later, type Part } from '../lib/part.svelte.ts';
import type { AppState, Sheet } from '../state/app.svelte.ts';

export const sheets: Record<Sheet, Part<Component<{ app: AppState }>>> = {
  palette: later(() => import('./CommandPalette.svelte')),
  settings: later(() => import('./SettingsDialog.svelte')),
  help: later(() => import('./HelpDialog.svelte')),
  export: later(() => import('../export/ExportDialog.svelte')),
  verify: later(() => import('./VerifyDialog.svelte')),
  import: later(() => import('../messages/ImportDialog.svelte')),
  workspaces: later(() => import('../workspaces/WorkspacesDialog.svelte')),
  filters: later(() => import('../log/FiltersDialog.svelte')),
  certificates: later(() => import('./certificates/CertificatesDialog.svelte')),
};
