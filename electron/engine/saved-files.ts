/** What is saved where the user chose: logs, certificates, key logs. */
import { readFile, type FileHandle } from 'node:fs/promises';
import type { SavedFile } from '../../shared/contract.ts';
import type { ExportFormat, ExportPlan, ExportPreview } from '../../shared/export-formats.ts';
import { FailureError } from '../../shared/failure.ts';
import type { Refusal } from '../../shared/importing/brought.ts';
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
import { urlAskedFor } from '../../shared/settings/transports.ts';
import { requireHeld } from './disk/data-folder.ts';
import { writeChosen, writePrivate } from './disk/private-file.ts';
import type { Workspace } from './documents/workspace.ts';
import type { Endpoint } from './endpoint.ts';
import { invalid } from './schemas/validate.ts';
import type { Jobs } from './jobs.ts';
import type { CertificateStore } from './layers/tls/certificate-store.ts';
import { exporters } from './reading/exporters/exporters.ts';
import { plannedLog, previewLog } from './reading/export-log.ts';
import type { Work } from './reading/kept-rows.ts';
import type { RowSource } from './reading/row-source.ts';
import { saveLog, type ShownLog } from './reading/save-log.ts';
import type { Conversation } from './reading/stream/conversation.ts';
import { writeStream, writeStreamLines } from './reading/stream/write-stream.ts';
import type { View } from './reading/view.ts';

/** Asks for a place. `url`: where a page without file access can fetch the file. */
export type FileChooser = {
  /** A place that the user chose, or null. */
  chooseSaveFile(suggestedName: string): Promise<{ path: string; url: string | null } | null>;
};

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
  async saveLog(
    endpoint: Endpoint,
    view: View,
    format: ExportFormat,
    plan: ExportPlan | null = null,
  ): Promise<SavedFile | null> {
    const { settings } = endpoint;
    const { extension } = exporters[format];
    const rows = view.keepRows();
    const release = endpoint.hold();
    try {
      // A name may have what is to be removed.
      const isNamed = plan === null || plan.redact.length === 0;
      const name = fileName((isNamed && settings.name) || settings.role, extension);
      // Nothing is searched for an endpoint that has gone, however long the question stays open.
      const place = await Promise.race([this.#host.chooseSaveFile(name), endpoint.ending]);
      if (!place) return null;
      const { path } = place;
      requireHeld(path);
      const shown = shownOf(endpoint, rows, format);
      const job = { kind: 'save-log', endpoint: endpoint.id, place: path } as const;
      const bytes = await this.#jobs.run(job, async (work) => {
        if (plan === null) return saveLog({ ...shown, path }, work);
        const planned = await plannedLog(shown, settings, plan, { ...work, told: () => undefined });
        return saveLog({ ...planned.shown, path }, work);
      });
      return bytes === null ? null : { ...place, bytes };
    } finally {
      release();
      rows.close();
    }
  }

  /** A part of a conversation, as a job; null when it did not come to its end. */
  async saveStream(
    endpoint: Endpoint,
    conversation: Conversation,
    { from, to, as }: { from: number; to: number; as: StreamFile },
  ): Promise<SavedFile | null> {
    const { settings } = endpoint;
    const release = endpoint.hold();
    try {
      const name = fileName(settings.name || settings.role, as === 'raw' ? 'bin' : 'txt');
      const place = await Promise.race([this.#host.chooseSaveFile(name), endpoint.ending]);
      if (!place) return null;
      const { path } = place;
      requireHeld(path);
      const job = { kind: 'save-log', endpoint: endpoint.id, place: path } as const;
      const write = async (file: FileHandle, work: Work): Promise<number> => {
        const append = (part: Uint8Array | string): Promise<void> => file.appendFile(part);
        return as === 'raw'
          ? writeStream(conversation, from, to, append, work)
          : writeStreamLines(conversation, 'text', from, to, append, work);
      };
      const bytes = await this.#jobs.run(job, (work) =>
        writeChosen(path, (file) => write(file, work), { isDurable: false }),
      );
      return bytes === null ? null : { ...place, bytes };
    } finally {
      release();
    }
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
    return this.#saveFile(fileName(settings.name || settings.role, 'keys.log'), secrets, writePrivate);
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
    return this.#saveText(fileName(settings.name || settings.role, 'statistics.csv'), text);
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
): ShownLog => ({
  ...{ capture, annotations, rows, exporter: exporters[format] },
  ...{ transport: settings.transport, url: urlAskedFor(settings) },
});

/** As `Commands.previewExport` says. */
export async function previewFile(
  endpoint: Endpoint,
  view: View,
  plan: ExportPlan,
  signal: AbortSignal,
): Promise<ExportPreview> {
  const rows = view.keepRows();
  const release = endpoint.hold();
  const work = { signal, told: () => undefined };
  try {
    const { shown, removed } = await plannedLog(
      shownOf(endpoint, rows, plan.format),
      endpoint.settings,
      plan,
      work,
    );
    return { ...(await previewLog(shown, !binary.includes(plan.format), work)), removed };
  } finally {
    release();
    rows.close();
  }
}
const binary: readonly ExportFormat[] = ['pcapng', 'raw', 'raw-received', 'raw-sent'];

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
