/** Puts bytes into the composer, to be changed and sent. */
import { texts } from '../../shared/texts/index.ts';
import { mostMessage } from '../lib/text-bounds.ts';
import type { AppState } from './app.svelte.ts';
import { mostCopiedBytes } from './copying.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/**
 * The message is exactly these bytes then, and has the focus; what stood there can be put back. What is too long to edit
 * is attached as it is. `isPart`: there are more than can be loaded, so that none are.
 */
export function loadBytes(
  app: AppState,
  endpoint: EndpointState,
  bytes: Uint8Array,
  name: string,
  isPart = false,
): void {
  if (isPart) return app.toast(texts.verbs.tooLong(mostCopiedBytes));
  const { composer } = endpoint;
  const { mode, lineEnd, draft, attached } = composer;
  if (!composer.writeBytes(bytes, mostMessage))
    composer.attached = { name, blob: new Blob([Uint8Array.from(bytes)]) };
  app.saveDraftSoon(endpoint);
  if (draft !== '' || attached !== null) {
    const run = () => {
      Object.assign(composer, { mode, lineEnd, draft, attached });
      app.saveDraftSoon(endpoint);
    };
    app.toast(texts.verbs.loaded(name), { label: texts.verbs.putBack, run });
  }
  app.run('focus-message');
}
