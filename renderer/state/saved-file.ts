import type { SavedFile } from '../../shared/contract.ts';
import { formatBytes } from '../../shared/show/sizes.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from './app.svelte.ts';

/** Says where a file was saved, or hands it to the browser's downloads; nothing where the person cancelled. */
export function tellSaved(app: AppState, saved: SavedFile | null): void {
  if (!saved) return;
  const size = formatBytes(saved.bytes);
  if (saved.url === null) return app.toast(texts.log.saved(saved.path, size));
  const link = document.createElement('a');
  link.href = saved.url;
  link.download = '';
  link.click();
  app.toast(texts.log.downloaded(size));
}
