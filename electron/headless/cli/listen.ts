/** `socketscope listen URL`. */
import { join } from 'node:path';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import { failureOf } from '../../../shared/failure.ts';
import { answers } from '../../engine/handlers/replies.ts';
import { newListener } from '../../engine/sockets.ts';
import { CertificateStore } from '../../engine/layers/tls/certificate-store.ts';
import { KeyLog } from '../../engine/layers/tls/key-log.ts';
import { requireDistinctFiles } from './distinct-files.ts';
import { readInputFiles } from './input-files.ts';
import type { ListenOptions } from './options.ts';
import { PeerTalks } from './peer-talks.ts';
import { sayingsOf } from './repeating.ts';
import { withListenerCertificates } from './run-certificates.ts';
import { tell } from '../terminal.ts';
import { sequenceIn, Sequencing } from './sequencing.ts';
import { Session } from './session.ts';
import { listenerSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';

/** Listens until something ends it; resolves with the exit code. Throws a `UsageError` before anything is bound. */
export async function listen(url: string, options: ListenOptions, workers: URL): Promise<number> {
  // What is wrong with the rest is said before a file is read.
  const transport = capabilitiesOf(listenerSettings(url, options));
  requireDistinctFiles(options);
  const sayings = await sayingsOf(options, transport);
  if (options.sequence !== undefined && sayings.length > 0)
    throw new UsageError(texts.commandLine.problems.sequenceAlone);
  const files = await readInputFiles(options);
  const checked = listenerSettings(url, options, files);
  const sequence = files.sequence === undefined ? null : await sequenceIn(files.sequence, options.data);
  const session = await Session.open(options, checked, url);
  const { endings, folder, recorder } = session;
  try {
    const store = new CertificateStore(join(folder.temporary, 'certificates'), workers);
    const settings = await withListenerCertificates(checked, files, store);
    const keyLog = options.keylog === undefined ? null : new KeyLog(options.keylog);
    const resources = { certificates: store, keyLog };
    const sequencing = sequence && new Sequencing(sequence, session, settings, options);
    const talks = new PeerTalks(sayings, session, transport);
    const handlerOf =
      sequencing === null
        ? talks.onEach(answers, () => listener)
        : sequencing.onEach(answers, () => listener.connections);
    const listener = newListener(settings, recorder, resources, handlerOf);
    session.boundDisk(listener.connections);
    await listener.start(settings).catch((error: unknown) => {
      // What the system refused is a record, which is explained at the end; what came before it is not.
      if (listener.status.failure === null) session.fail(inWords(failureOf(error)).message);
      endings.end({ kind: 'done' });
    });
    const ending = await endings.ended;
    if (ending.kind === 'timeout') tell(`${texts.commandLine.timedOut(options.timeout!)}\n`);
    if (ending.kind === 'count') await session.sendRest(listener.connections);
    await sequencing?.stop();
    talks.stop();
    await listener.stop();
    talks.saySum();
    await keyLog?.written();
  } catch (error) {
    endings.end({ kind: 'done' });
    await session.close();
    throw error;
  }
  return session.close();
}
