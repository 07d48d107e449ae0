import { tick } from 'svelte';

/** The field to begin with in an endpoint that was just made, its text selected to be typed over. */
export async function focusFirstField(): Promise<void> {
  await tick();
  const field = document.querySelector<HTMLInputElement>('.config .fields input:not([type="radio"])');
  field?.focus();
  field?.select();
}

/** What had the focus may be gone with its tab: the tab that shows gets it, or the first thing to do without one. */
export async function keepFocus(): Promise<void> {
  await tick();
  if (document.activeElement !== document.body) return;
  const tab = document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]');
  (tab ?? document.querySelector<HTMLElement>('main button'))?.focus();
}
