import { copyAs, type CopyForm } from '../../shared/payload/copy-forms.ts';
import { texts } from '../../shared/texts/index.ts';
import { writeClipboard } from '../lib/clipboard.ts';
import type { AppState } from './app.svelte.ts';

/** As numbers in a program it is six times as long; more than that no clipboard needs. */
export const mostCopiedBytes = 4 * 1024 * 1024;

/** What the keys give: the form that was chosen last, and before there was one `shownAs`, as the bytes are seen. */
export const usualForm = (app: AppState, shownAs: CopyForm): CopyForm => app.preferences.copyForm ?? shownAs;

/** `text`: what they are as text. */
export async function copyBytes(
  app: AppState,
  bytes: Uint8Array,
  form: CopyForm,
  said: string,
  text: () => string,
): Promise<void> {
  const written = form === 'text' ? text() : copyAs(form, bytes);
  app.toast((await writeClipboard(written)) ? said : texts.copying.failed);
}
