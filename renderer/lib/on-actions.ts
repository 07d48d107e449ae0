import type { Attachment } from 'svelte/attachments';
import type { ActionName } from '../../shared/actions.ts';
import type { AppState } from '../state/app.svelte.ts';

type What = { run: () => void; enabled?: () => boolean };

/** Says what actions do while an element is on the page. */
export function onActions(
  app: () => AppState,
  table: Partial<Record<ActionName, What>>,
): Attachment<HTMLElement> {
  return () => {
    const takeBack = Object.entries(table).map(([name, { run, enabled }]) =>
      app().onAction(name as ActionName, run, enabled),
    );
    return () => takeBack.forEach((each) => each());
  };
}
