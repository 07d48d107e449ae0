import { texts } from '../../shared/texts/index.ts';
import type { AppState } from '../state/app.svelte.ts';

type Attributes = { disabled: boolean; title?: string; 'aria-description'?: string };

/** Of a button whose action the engine does: while it is not attached, the button says why it is disabled. */
export function byEngine({ connected }: AppState, isBlocked = false): Attributes {
  const why = texts.app.noEngine;
  return connected ? { disabled: isBlocked } : { disabled: true, title: why, 'aria-description': why };
}
