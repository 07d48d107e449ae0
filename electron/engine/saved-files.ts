/** What is saved where the user chose: logs, certificates, key logs. */
import { readFile, type FileHandle } from 'node:fs/promises';
import type { SavedFile } from '../../shared/contract.ts';
import {
  hasDecoded,
  type ExportFormat,
  type ExportPlan,
  type ExportPreview,
  type PlanFormat,
} from '../../shared/export-formats.ts';
import { FailureError } from '../../shared/failure.ts';
import type { Refusal } from '../../shared/importing/brought.ts';
import { captureEnding } from '../../shared/importing/captured.ts';
import { exportMessages, type MessageExport } from '../../shared/importing/exporters.ts';
import { broughtOf } from '../../shared/importing/kept.ts';
import { named } from '../../shared/sequences/messages.ts';
import type { SequenceId } from '../../shared/sequences/saved.ts';
import { writeSequence } from '../../shared/sequences/yaml.ts';
import { statisticsCsv } from '../../shared/statistics/csv.ts';
import type { StreamFile } from '../../shared/stream-rows.ts';
import type { Statistics, StatisticsPlan } from '../../shared/statistics/statistics.ts';
import { textNamerOf } from '../../shared/peer-names.ts';
import { texts } from '../../shared/texts/index.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { urlAskedFor } from '../../shared/settings/transports.ts';
import { saveCapture } from './capture/save-capture.ts';
import { requireHeld } from './disk/data-folder.ts';
import { writeChosen, writePrivate } from './disk/private-file.ts';
import { settingsToKeep } from './documents/captured-settings.ts';
import type { Workspace } from './documents/workspace.ts';
import type { Endpoint } from './endpoint.ts';
import { invalid } from './schemas/validate.ts';
import type { Jobs, JobWork } from './jobs.ts';
import type { CertificateStore } from './layers/tls/certificate-store.ts';
import { toldAs } from './reading/exporters/decoded.ts';
import { exporters } from './reading/exporters/exporters.ts';
import { plannedLog, previewLog } from './reading/export-log.ts';
import type { RowSource } from './reading/row-source.ts';
import { saveLog, type ShownLog } from './reading/save-log.ts';
import type { Conversation } from './reading/stream/conversation.ts';
import { writeStream, writeStreamLines } from './reading/stream/write-stream.ts';
import type { View } from './reading/view.ts';

/** `url`: where a page without file access can fetch the file. */
export type ChosenPlace = { path: string; url: string | null };
/** Asks for a place. */
export type FileChooser = {
  /** A place that the user chose, or null. */
  chooseSaveFile(suggestedName: string): Promise<ChosenPlace | null>;
};
type SaveWork = Parameters<JobWork<unknown>>[0];

export class SavedFiles {
  readonly #host: FileChooser;
  readonly #jobs: Jobs;
  readonly #certificates: CertificateStore;

  constructor(host: FileChooser, jobs: Jobs, certificates: CertificateStore) {
    this.#host = host;
    this.#jobs = jobs;
    this.#certificates = certificates;
  }

  /** Writes what a view shows where the host says, as a job that outlives the view; null when it did not come to its end. */
  saveLog(endpoint: Endpoint, view: View, format: ExportFormat): Promise<SavedFile | null> {
    const rows = view.keepRows();
    const name = logName(endpoint, format);
    const shown = shownOf(endpoint, rows, format);
    return this.#save(endpoint, name, null, ({ path }, work) => saveLog({ ...shown, path }, work)).finally(
      () => rows.close(),
    );
  }

  /** The same as a plan says; `chosen`: as `chooseExport` resolved, null: it is asked for. */
  exportLog(
    endpoint: Endpoint,
    view: View,
    plan: ExportPlan,
    chosen: ChosenPlace | null,
  ): Promise<SavedFile | null> {
    const { format } = plan;
    const name = exportName(endpoint, plan);
    if (format === 'capture') return this.#saveCapture(endpoint, name, plan, chosen);
    const rows = view.keepRows();
    const shown = shownOf(endpoint, rows, format, plan.decode);
    return this.#save(endpoint, name, chosen, async ({ path }, work) => {
      const prepares = { ...work, told: (done: number, total: number) => work.told(done, total, true) };
      const planned = await plannedLog(shown, endpoint.settings, plan, prepares, plan.decode?.as);
      return saveLog({ ...planned.shown, path }, work);
    }).finally(() => rows.close());
  }

  #saveCapture(
    endpoint: Endpoint,
    name: string,
    { leavesOut }: ExportPlan,
    chosen: ChosenPlace | null,
  ): Promise<SavedFile | null> {
    const { capture, settings } = endpoint;
    const hasAnnotations = !leavesOut.includes('annotations');
    return this.#save(endpoint, name, chosen, async ({ path }, work) => {
      const file = { path, endpoint: settingsToKeep(settings), hasAnnotations };
      return (await saveCapture(capture, file, work)).bytes;
    });
  }

  /** Asks where an export goes. Null when the person cancelled. */
  chooseExport(endpoint: Endpoint, plan: ExportPlan): Promise<ChosenPlace | null> {
    return Promise.race([this.#host.chooseSaveFile(exportName(endpoint, plan)), endpoint.ending]);
  }

  /** As a job, while all that the log has stays. */
  async #save(
    endpoint: Endpoint,
    name: string,
    chosen: ChosenPlace | null,
    write: (place: ChosenPlace, work: SaveWork) => Promise<number>,
  ): Promise<SavedFile | null> {
    const release = endpoint.hold();
    try {
      // Nothing is searched for an endpoint that has gone, however long the question stays open.
      const place = chosen ?? (await Promise.race([this.#host.chooseSaveFile(name), endpoint.ending]));
      if (!place) return null;
      requireHeld(place.path);
      const job = { kind: 'save-log', endpoint: endpoint.id, isPreparing: false, place: place.path } as const;
      const bytes = await this.#jobs.run(job, (work) => write(place, work));
      return bytes === null ? null : { ...place, bytes };
    } finally {
      release();
    }
  }

  /** A part of a conversation, as a job; null when it did not come to its end. */
  async saveStream(
    endpoint: Endpoint,
    conversation: Conversation,
    { from, to, as }: { from: number; to: number; as: StreamFile },
  ): Promise<SavedFile | null> {
    const { settings } = endpoint;
    const name = fileName(settings.name || roleName(settings), as === 'raw' ? 'bin' : 'txt');
    return this.#save(endpoint, name, null, ({ path }, work) => {
      const write = (file: FileHandle): Promise<number> => {
        const append = (part: Uint8Array | string): Promise<void> => file.appendFile(part);
        return as === 'raw'
          ? writeStream(conversation, from, to, append, work)
          : writeStreamLines(conversation, 'text', from, to, append, work);
      };
      return writeChosen(path, write, { isDurable: false });
    });
  }

  /** Writes certificates as PEM where the host says, never a key; null when the user cancelled. */
  async saveCertificate(id: string): Promise<SavedFile | null> {
    const pem = Buffer.from(await this.#certificates.pem(id));
    return this.#saveFile(`${id}.pem`, pem, (path) => writeChosen(path, (file) => file.appendFile(pem)));
  }

  /** Rejects with KEY_LOG_EMPTY before the first secret was kept, and where others could read it as `openPrivate`. */
  async saveKeyLog({ settings, keyLog }: Endpoint): Promise<SavedFile | null> {
    await keyLog?.written();
    const secrets =
      keyLog === null ? Buffer.alloc(0) : await readFile(keyLog.path).catch(() => Buffer.alloc(0));
    if (secrets.length === 0) throw new FailureError({ code: 'KEY_LOG_EMPTY' });
    return this.#saveFile(fileName(settings.name || roleName(settings), 'keys.log'), secrets, writePrivate);
  }

  /** As `Commands.exportMessages` says. */
  async exportMessages(
    format: MessageExport,
    { messages, endpoints }: Pick<Workspace, 'messages' | 'endpoints'>,
  ): Promise<{ saved: SavedFile | null; refused: Refusal[] }> {
    const { text, refused } = exportMessages(format, {
      messages: messages.list.map(broughtOf),
      endpoints: format === 'socketscope' ? endpoints.map(({ settings }) => settings) : [],
    });
    return { saved: await this.#saveText(`messages.${format}.json`, text), refused };
  }

  /** As `Commands.saveSequence` says: saved messages by their names. */
  saveSequence(
    id: SequenceId,
    { messages, sequences }: Pick<Workspace, 'messages' | 'sequences'>,
  ): Promise<SavedFile | null> {
    const sequence = sequences.find(id);
    if (sequence === null) throw invalid('sequence');
    const name = safeName(sequence.name) || texts.sequenceTab.unnamed;
    return this.#saveText(`${name}.socketscope.yaml`, writeSequence(named(sequence, messages.list)));
  }

  /** As a table for spreadsheets and scripts. */
  saveStatistics(
    { settings }: Endpoint,
    statistics: Statistics,
    { filter }: StatisticsPlan,
  ): Promise<SavedFile | null> {
    const text = statisticsCsv(statistics, filter, textNamerOf(settings));
    return this.#saveText(fileName(settings.name || roleName(settings), 'statistics.csv'), text);
  }

  #saveText(suggestedName: string, text: string): Promise<SavedFile | null> {
    const bytes = Buffer.from(text);
    return this.#saveFile(suggestedName, bytes, (path) =>
      writeChosen(path, (file) => file.appendFile(bytes)),
    );
  }

  async #saveFile(
    suggestedName: string,
    bytes: Uint8Array,
    write: typeof writePrivate,
  ): Promise<SavedFile | null> {
    const place = await this.#host.chooseSaveFile(suggestedName);
    if (!place) return null;
    requireHeld(place.path);
    await write(place.path, bytes);
    return { ...place, bytes: bytes.length };
  }
}

const shownOf = (
  { capture, annotations, settings }: Endpoint,
  rows: RowSource,
  format: ExportFormat,
  decode: ExportPlan['decode'] = null,
): ShownLog => ({
  ...{ capture, annotations, rows, exporter: exporters[format] },
  decoding: decode !== null && hasDecoded(format) ? toldAs(decode, settings) : null,
  ...{ transport: settings.transport, url: urlAskedFor(settings) },
});

/** As `Commands.previewExport` says. */
export async function previewFile(
  endpoint: Endpoint,
  view: View,
  plan: ExportPlan,
  signal: AbortSignal,
): Promise<ExportPreview> {
  const { format } = plan;
  const name = exportName(endpoint, { ...plan, name: '' });
  if (format === 'capture') return { text: '', isCut: true, name, removed: null };
  const rows = view.keepRows();
  const release = endpoint.hold();
  const work = { signal, told: () => undefined };
  try {
    const { shown, removed } = await plannedLog(
      shownOf(endpoint, rows, format, plan.decode),
      endpoint.settings,
      plan,
      work,
      plan.decode?.as,
    );
    return { ...(await previewLog(shown, !binary.includes(format), work)), name, removed };
  } finally {
    release();
    rows.close();
  }
}
const binary: readonly ExportFormat[] = ['pcapng', 'raw', 'raw-received', 'raw-sent'];

const endingOf = (format: PlanFormat): string =>
  format === 'capture' ? captureEnding : `.${exporters[format].extension}`;

const logName = ({ settings }: Endpoint, format: ExportFormat): string =>
  fileName(settings.name || roleName(settings), exporters[format].extension);

/** As the person wants it, or as the endpoint is called, unless that may be what is to be removed. */
function exportName({ settings }: Endpoint, { format, name, redact }: ExportPlan): string {
  const ending = endingOf(format);
  const wanted = name.replaceAll(/[^\p{L}\p{N} ._-]+/gu, '-').replace(/^[. ]+/, '');
  if (wanted.trim() !== '') return wanted.includes('.') ? wanted : `${wanted}${ending}`;
  return fileName((redact.length === 0 && settings.name) || roleName(settings), ending.slice(1));
}

/** As the window calls one without a name. */
const roleName = ({ role }: EndpointSettings): string => (role === 'listener' ? 'server' : role);

/** `name 2026-11-21 14.02.11.txt`, in characters that every file system takes. */
function fileName(name: string, ending: string): string {
  const time = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  return `${safeName(name) || 'socketscope'} ${time.replace('T', ' ').replaceAll(':', '.')}.${ending}`;
}

const safeName = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N} _-]+/gu, '-')
    .slice(0, 60)
    .trim();
