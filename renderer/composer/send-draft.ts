/** From the composer to the engine, whatever becomes of the pane meanwhile. */
import type { Target } from '../../shared/domain.ts';
import { failureOf } from '../../shared/failure.ts';
import { texts } from '../../shared/texts/index.ts';
import { sendFile } from '../lib/send-file.ts';
import { sendMessage, type Message } from '../lib/send-message.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { Attached } from '../state/composer.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { whenOpen } from '../state/when-open.svelte.ts';
import { targetOf } from './sending.ts';

/** What cannot be sent is in the editor again, unless something else is being written there by now. */
export async function sendDraft(app: AppState, endpoint: EndpointState): Promise<void> {
  const { composer } = endpoint;
  const { message, attached } = composer;
  if (attached !== null) {
    const isSent = await sendAttached(app, endpoint, attached);
    if (isSent && !composer.keepText && composer.attached === attached) composer.attached = null;
    return;
  }
  const sent = composer.keepAsSent();
  app.saveDraftSoon(endpoint);
  if ((await send(app, endpoint, message)) || composer.draft !== '') return;
  composer.mode = sent.mode;
  composer.draft = sent.text;
  app.saveDraftSoon(endpoint);
}

/** Behind what was sent before, as it is read. False where not all of it was taken, which is then told. */
function sendAttached(app: AppState, endpoint: EndpointState, { name, blob }: Attached): Promise<boolean> {
  const { composer } = endpoint;
  const target = targetOf(endpoint);
  const file = { name, blob, plan: composer.filePlan };
  const handed = composer.handedOver.then(async () => {
    composer.sending = { part: null, cancel: () => undefined };
    try {
      const end = await sendFile(app.engine, endpoint.id, target, file, (job) => {
        const cancel = () => void app.attempt(() => app.engine.cancelJob(job));
        composer.sending = { part: null, cancel, job };
      });
      if (end === 'gone') app.toast(texts.composer.fileGone);
      return end === 'done';
    } catch (thrown) {
      app.toast(thrown instanceof DOMException ? texts.composer.unreadableRest(name) : failureOf(thrown));
      return false;
    } finally {
      composer.sending = null;
    }
  });
  composer.handedOver = handed;
  return handed;
}

/** With the fields as they stand; nothing is sent, and the text stays, where the connection does not open. */
export async function connectAndSend(app: AppState, endpoint: EndpointState): Promise<void> {
  await sendOnceOpen(app, endpoint, () => connectFirst(app, endpoint));
}

/** Begins to connect, where it has not begun; false where that failed, which is then shown. */
export async function connectFirst(app: AppState, endpoint: EndpointState): Promise<boolean> {
  if (!(await endpoint.applied)) return false;
  const begin = async (): Promise<true> => {
    try {
      await app.engine.connect(endpoint.id);
    } catch (thrown) {
      // Somebody was quicker, and this page had not heard of it.
      if (failureOf(thrown).code !== 'EISCONN') throw thrown;
    }
    return true;
  };
  return Boolean(await app.attempt(begin));
}

/** Of a client that connects, which `begin` may bring about first. */
export async function sendOnceOpen(
  app: AppState,
  endpoint: EndpointState,
  begin?: () => Promise<boolean>,
): Promise<void> {
  if (!(await onceOpen(app, endpoint, texts.composer.notOpened, begin))) return;
  // What was written meanwhile is what is meant, where it can be sent.
  if (!endpoint.composer.hasProblems) await sendDraft(app, endpoint);
}

/** True once it is open; `notOpened` tells that it did not open. Nothing else is sent meanwhile. */
export async function onceOpen(
  app: AppState,
  endpoint: EndpointState,
  notOpened: string,
  begin: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const { composer } = endpoint;
  composer.isWaiting = true;
  try {
    if (!(await begin())) return false;
    const isOpen = await whenOpen(app, endpoint);
    if (!isOpen) app.toast(notOpened);
    return isOpen;
  } finally {
    composer.isWaiting = false;
  }
}

/**
 * Behind what was sent before. False where nobody took it, which is then told by `nobody`, and where it was cancelled.
 */
export function send(
  app: AppState,
  endpoint: EndpointState,
  message: Message,
  target: Target = targetOf(endpoint),
  nobody = nobodyTook(message),
): Promise<boolean> {
  const { composer } = endpoint;
  const handed = composer.handedOver.then(() => handOver(app, endpoint, message, target, nobody));
  composer.handedOver = handed;
  return handed;
}

async function handOver(
  app: AppState,
  endpoint: EndpointState,
  message: Message,
  target: Target,
  nobody: string,
): Promise<boolean> {
  const { composer } = endpoint;
  const abort = new AbortController();
  const onProgress = (part: number | null) => (composer.sending = { part, cancel: () => abort.abort() });
  onProgress(null);
  try {
    const { signal } = abort;
    const upload = { onProgress, signal };
    const count = await sendMessage(app.engine, endpoint.id, target, message, upload);
    if (count === 0) app.toast(nobody);
    return Boolean(count);
  } catch (thrown) {
    app.toast(failureOf(thrown));
    return false;
  } finally {
    composer.sending = null;
  }
}

const nobodyTook = (message: Message): string =>
  message instanceof Uint8Array && message.length === 0
    ? texts.composer.nobodyTookEmpty
    : texts.composer.nobodyTook;
