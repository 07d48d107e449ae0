/** What a file brings, put among what is kept here; and what is kept here as a file. */
import type { BroughtMessage, Refusal } from '../../shared/importing/brought.ts';
import type { ImportedCapture } from '../../shared/importing/captured.ts';
import type { MessageExport } from '../../shared/importing/exporters.ts';
import { escapeLine } from '../../shared/payload/format.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { describeDamage } from '../../shared/texts/describe-verdict.ts';
import { texts } from '../../shared/texts/index.ts';
import { shortVerdict } from '../../shared/verdict.ts';
import { importCapture } from '../lib/import-capture.ts';
import type { AppState } from '../state/app.svelte.ts';
import { messagesOf } from '../state/messages.svelte.ts';
import { tellSaved } from '../state/saved-file.ts';
import { fieldsOf } from './brought-messages.ts';

/** Adds them and offers to take them back. False where the engine refused, which is then shown. */
export async function bringIn(
  app: AppState,
  messages: readonly BroughtMessage[],
  endpoints: readonly EndpointSettings[],
): Promise<boolean> {
  const list = messagesOf(app);
  const ids = await app.attempt(() => app.engine.addMessages(messages.map(fieldsOf), null));
  if (ids === null) return false;
  const made: string[] = [];
  for (const settings of endpoints) {
    const added = await app.addEndpoint(settings);
    if (added !== null) made.push(added.id);
  }
  if (endpoints.length === 0) app.openTab('messages');
  const undo = async (): Promise<void> => {
    await list.remove(ids);
    for (const id of made) {
      const endpoint = app.endpointOf(id);
      if (endpoint) await app.removeEndpoint(endpoint);
    }
  };
  const words = texts.importing;
  app.toast(words.imported(ids.length, made.length), { label: words.undo, run: () => void undo() });
  return made.length === endpoints.length;
}

/** Brings a file of captured traffic in, as a job that goes on whatever is shown meanwhile. Null where nothing came: why is told. */
export async function bringCapture(app: AppState, file: File): Promise<ImportedCapture | null> {
  const came = await app.attempt(() => importCapture(app.engine, file));
  if (came === null) return null;
  const { endpoints, stopped } = came;
  if (endpoints.length > 0) tellImported(app, came, file.name);
  else if (stopped !== null && app.sheet !== 'import')
    app.toast(texts.captureImport.nothingCame(escapeLine(file.name), stopped.problem, stopped.offset));
  return came;
}

/** Places that are named at once; *Verify* has all of them. */
const mostNamed = 2;

/** Shows a capture that was brought in, says what of the file is not in it, and offers to take it back; what is damaged, to look at that. */
export function tellImported(
  app: AppState,
  { endpoints, sums, stopped, verified }: ImportedCapture,
  file: string,
): void {
  const words = texts.captureImport;
  const damage = verified === null ? [] : describeDamage(shortVerdict(verified, mostNamed));
  if (app.sheet === 'import') app.sheet = null;
  app.openTab(endpoints[0]!);
  const said = [
    words.imported(sums === null ? escapeLine(file) : words.came(sums)),
    ...(stopped === null ? [] : [words.stopped(words.problem(stopped.problem, stopped.offset))]),
    ...(sums === null ? [] : words.leftOut(sums)),
    ...(damage.length === 0 ? [] : [damage.join(' · ')]),
  ];
  const undo = async (): Promise<void> => {
    for (const id of endpoints) {
      const endpoint = app.endpointOf(id);
      if (endpoint) await app.removeEndpoint(endpoint);
    }
  };
  const verify = (): void => {
    app.openTab(endpoints[0]!);
    app.sheet = 'verify';
  };
  const action =
    damage.length > 0
      ? { label: texts.verifying.title, run: verify }
      : { label: words.undo, run: () => void undo() };
  app.toast(said.join('. '), action);
}

/** All saved messages, and in our own format all endpoints, where the person says; returns what they have no place for. */
export async function exportAll(app: AppState, format: MessageExport): Promise<readonly Refusal[]> {
  const made = await app.attempt(() => app.engine.exportMessages(format));
  tellSaved(app, made?.saved ?? null);
  return made?.refused ?? [];
}
