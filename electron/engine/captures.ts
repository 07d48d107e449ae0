/** Captures that are made of what is there already: files that come in, and what is whole of a log. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EndpointId } from '../../shared/domain.ts';
import { FailureError } from '../../shared/failure.ts';
import { isCaptureFile, type ImportedCapture } from '../../shared/importing/captured.ts';
import { cleanName, importedSettings } from '../../shared/settings/imported.ts';
import { mostName, type EndpointSettings } from '../../shared/settings/settings.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import { texts } from '../../shared/texts/index.ts';
import { shortVerdict, type Verified } from '../../shared/verdict.ts';
import { Capture } from './capture/capture.ts';
import { repair } from './capture/repair.ts';
import { judge } from './capture/verify.ts';
import { now, stillClock } from './clock.ts';
import { capturedSettings, settingsToKeep } from './documents/captured-settings.ts';
import type { Workspace } from './documents/workspace.ts';
import type { Endpoint } from './endpoint.ts';
import { importCapture, openImport, type ImportWork } from './importing/import-capture.ts';
import { openImportTargets } from './importing/import-targets.ts';
import { ImportError } from './importing/problem.ts';
import { begun, unpackPieces } from './importing/whole-capture.ts';
import type { Jobs } from './jobs.ts';
import { newEndpointId } from './schemas/schemas.ts';

/** `total`: its bytes, as somebody says. */
export type CaptureSource = { bytes: AsyncIterable<Buffer>; name: string; total: number };

/** What they need of the engine. */
export type CapturesHome = {
  /** The workspace that is open now, and where it lies. */
  open(): { workspace: Workspace; folder: string; keepFreeBytes: number };
  /** Throws for what cannot be written any more. */
  requireHeld(): void;
  endpoint(id: EndpointId): Endpoint;
  openEndpoint(id: EndpointId, settings: EndpointSettings): Promise<void>;
};

/** Places that are named to a page; all are counted. */
const mostNamed = 200;
/** Nothing came, and nobody waits for it. */
const nothing: ImportedCapture = { endpoints: [], sums: null, stopped: null, verified: null };

/** All of them are jobs. */
export class Captures {
  readonly #home: CapturesHome;
  readonly #jobs: Jobs;

  constructor(home: CapturesHome, jobs: Jobs) {
    this.#home = home;
    this.#jobs = jobs;
  }

  /**
   * Makes an endpoint for each protocol that is in a file, with what it said as its log, or one of a log that is a file;
   * none where nothing could be brought in, and when it was cancelled. Rejects as `importCapture` and `unpackPieces` do,
   * and with CANCELLED once another workspace is open; nothing of it stays then.
   */
  async import(source: CaptureSource, cancel = new AbortController()): Promise<ImportedCapture> {
    this.#home.requireHeld();
    const job = { kind: 'import', endpoint: null, name: source.name } as const;
    try {
      return (await this.#jobs.follow(job, (work) => this.#import(source, work), cancel)) ?? nothing;
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      const { problem, offset } = error;
      return { ...nothing, stopped: { problem, offset } };
    }
  }

  /** The same of a file here. Rejects with the system's error, too. */
  async importFile(path: string): Promise<ImportedCapture> {
    const { source, total } = await openImport(path);
    return this.import({ bytes: source, name: basename(path), total });
  }

  async #import({ bytes, name, total }: CaptureSource, work: ImportWork): Promise<ImportedCapture> {
    const { head, pieces, leave } = await begun(bytes);
    const source = { bytes: pieces, name, total };
    return (
      isCaptureFile(head, name) ? this.#importWhole(source, work) : this.#importTraffic(source, work)
    ).finally(leave);
  }

  async #importTraffic({ bytes, name, total }: CaptureSource, work: ImportWork): Promise<ImportedCapture> {
    const { workspace, folder, keepFreeBytes } = this.#home.open();
    const ids = { tcp: newEndpointId(), udp: newEndpointId() };
    const opened = await openImportTargets(ids, (id) => captureFolder(folder, id), keepFreeBytes);
    const endpoints: EndpointId[] = [];
    try {
      const options = { total, now: now() };
      const { sums, stopped, found } = await importCapture(bytes, options, opened.targets, work);
      for (const [protocol, first] of found) {
        work.signal.throwIfAborted();
        await opened.keep(protocol);
        await this.#add(workspace, ids[protocol], importedSettings(protocol, first, name));
        endpoints.push(ids[protocol]);
      }
      return { endpoints, sums, stopped, verified: null };
    } finally {
      await opened.close();
    }
  }

  async #importWhole({ bytes, name, total }: CaptureSource, work: ImportWork): Promise<ImportedCapture> {
    const { workspace, folder } = this.#home.open();
    const id = newEndpointId();
    const place = captureFolder(folder, id);
    try {
      const { endpoint, verified } = await unpackPieces(bytes, { place, name, total }, work);
      await this.#add(workspace, id, capturedSettings(endpoint, name));
      return { ...nothing, endpoints: [id], verified: shortVerdict(verified, mostNamed) };
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    }
  }

  async #add(workspace: Workspace, id: EndpointId, settings: EndpointSettings): Promise<void> {
    if (workspace !== this.#home.open().workspace) throw new FailureError({ code: 'CANCELLED' });
    await this.#home.openEndpoint(id, settings);
    workspace.add(id, settings);
  }

  /** Goes through all that the disk has of a log; null when it was cancelled. Changes nothing. */
  verify(id: EndpointId): Promise<Verified | null> {
    const endpoint = this.#home.endpoint(id);
    const { capture, annotations } = endpoint;
    const release = endpoint.hold();
    const work = async (work: ImportWork): Promise<Verified> => {
      await capture.flush();
      const { damagedLines } = annotations;
      return shortVerdict(await judge(capture, work, { damagedLines, isHeadDamaged: false }), mostNamed);
    };
    return this.#jobs.follow({ kind: 'verify', endpoint: id }, work).finally(release);
  }

  /** Makes a capture of what is whole of a log; null when it was cancelled. Rejects as `repair`; nothing of it stays then. */
  async repair(id: EndpointId): Promise<EndpointId | null> {
    this.#home.requireHeld();
    const endpoint = this.#home.endpoint(id);
    const release = endpoint.hold();
    const made = newEndpointId();
    const work = (work: ImportWork): Promise<EndpointId> => this.#repair(endpoint, made, work);
    return this.#jobs.follow({ kind: 'repair', endpoint: id }, work).finally(release);
  }

  async #repair({ capture, settings }: Endpoint, made: EndpointId, work: ImportWork): Promise<EndpointId> {
    const { workspace, folder, keepFreeBytes } = this.#home.open();
    const place = captureFolder(folder, made);
    try {
      await capture.flush();
      const target = await Capture.open(place, { clock: stillClock(), keepFreeBytes });
      await repair(capture, target, work).finally(() => target.close());
      work.signal.throwIfAborted();
      const name = nameOf({ settings, summary: null });
      const whole = cleanName(texts.verifying.whatIsWhole(name), mostName);
      await this.#add(workspace, made, {
        ...settingsToKeep(settings),
        ...{ name: whole, importedFrom: settings.importedFrom || name, startsWithApp: false },
      });
      return made;
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    }
  }
}

export const capturesFolder = 'captures';
export const captureFolder = (folder: string, id: EndpointId): string => join(folder, capturesFolder, id);
