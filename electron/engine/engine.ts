import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FrameRef } from '../../shared/frames.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import type { Endpoint as KeptEndpoint, EndpointSummary, Hello, KeepFree } from '../../shared/contract.ts';
import {
  factsOf,
  failed,
  failureOf,
  FailureError,
  type Failure,
  type FailureFacts,
} from '../../shared/failure.ts';
import type { ImportedCapture } from '../../shared/importing/captured.ts';
import type { OutsideName } from '../../shared/payload/context.ts';
import type { Diagnosis, NetworkFacts } from '../../shared/network-facts.ts';
import { isWhole } from '../../shared/verdict.ts';
import { captureFolder, Captures, capturesFolder } from './captures.ts';
import { monotonic } from './clock.ts';
import { allowedNames } from './net/allowed-names.ts';
import { Annotations } from './capture/annotations.ts';
import { Capture } from './capture/capture.ts';
import { noStream } from './capture/recorder.ts';
import { SearchPool } from './reading/search-pool.ts';
import { Views } from './reading/views.ts';
import { lockDataFolder, requireHeld, type FolderLock } from './disk/data-folder.ts';
import { Endpoint } from './endpoint.ts';
import { Jobs } from './jobs.ts';
import { diagnose } from './doctor/diagnose.ts';
import { networkFacts } from './doctor/network-facts.ts';
import { openSocketsOf } from './doctor/open-sockets.ts';
import { SequenceRuns } from './sequence-runs.ts';
import { SavedFiles, type FileChooser } from './saved-files.ts';
import { newEndpointId } from './schemas/schemas.ts';
import { sweepTemporary } from './disk/temporary.ts';
import { CertificateStore } from './layers/tls/certificate-store.ts';
import { KeyLog } from './layers/tls/key-log.ts';
import { tlsLibrary } from './layers/tls/tls-library.ts';
import { invalid } from './schemas/validate.ts';
import { chosenToStart, startEach, usualStarting, type Starting } from './starting.ts';
import { peerWrites } from './peer-writes.ts';
import { isRunning } from '../../shared/settings/running.ts';
import { WasRunning } from './was-running.ts';
import type { FileContent } from './documents/workspace-file.ts';
import { Workspace } from './documents/workspace.ts';
import { openFolderIn, Workspaces, type WorkspaceHost } from './workspaces.ts';

/** What the engine asks of the program that runs it. */
export type Host = FileChooser &
  WorkspaceHost & {
    /** Whether messages may read it, which a page asks for: no page is trusted. Left out: nothing may. */
    mayAllow?(name: OutsideName): boolean | Promise<boolean>;
    kind: Hello['host'];
    /** Of Socketscope. */
    version: string;
    /** Of Node (and Electron), for the about box. */
    runtime: string;
  };

export type EngineOptions = {
  dataFolder: string;
  /** Folder of the bundled worker threads, ending in a slash. */
  workers: URL;
  host: Host;
  /** Bytes of the disk that captures leave to others, instead of what the workspace says, which stays as it is. */
  keepFreeBytes?: number | undefined;
};

/** What ends with the engine, or with one of its endpoints. */
export type AttachedPage = {
  closeViewsOf(endpoint: Endpoint): void;
  imported(imported: ImportedCapture, file: string): void;
  close(): void;
  leave(): void;
};
export type Health = { version: string; uptimeSeconds: number; openSockets: number; capturedBytes: number };
export type EngineTotals = {
  openSockets: number;
  diskBytes: number;
  receivedBytes: number;
  sentBytes: number;
  records: number;
};

/** Sockets get this long to end in order; what is silent then is reset by the process's end. */
const socketsDeadlineMs = 1_000;
/** Everything, the disk included. */
const closeDeadlineMs = 2_700;
const certificatesFolder = 'certificates';
const maxEndpoints = 1_000;
/** Captures that are opened at the same time: each needs a few descriptors. */
const opensAtOnce = 16;

/** All endpoints of one data folder, for any number of pages. */
export class Engine {
  readonly certificates: CertificateStore;
  readonly jobs = new Jobs();
  readonly files: SavedFiles;
  readonly captures: Captures;
  readonly #options: EngineOptions;
  readonly #searches: SearchPool;
  readonly #endpoints = new Map<EndpointId, Endpoint>();
  /** Those that are attached (attach.ts). */
  readonly pages = new Set<AttachedPage>();
  /** Of captures that were put aside. */
  readonly #notices: Failure[] = [];
  readonly #lock: FolderLock;
  readonly #startedAt = monotonic();
  #workspace: Workspace;
  #wasRunning: WasRunning;
  #sequenceRuns: SequenceRuns;
  #workspaces: Workspaces | null = null;
  /** Of the open workspace: its documents, captures and key logs. */
  #folder: string;
  /** What pages allowed messages to read: those of another workspace may come from anybody. */
  readonly #forgetNames = allowedNames.mark();
  #closing: Promise<void> | null = null;

  private constructor(options: EngineOptions, workspace: Workspace, folder: string, lock: FolderLock) {
    this.#options = options;
    this.#searches = new SearchPool(options.workers);
    this.#workspace = workspace;
    this.#folder = folder;
    this.#wasRunning = new WasRunning(workspace, () => this.#endpoints.values());
    this.#sequenceRuns = new SequenceRuns(this.jobs, workspace);
    this.certificates = new CertificateStore(join(options.dataFolder, certificatesFolder), options.workers);
    this.files = new SavedFiles(options.host, this.jobs, this.certificates);
    this.captures = new Captures(
      {
        open: () => ({
          workspace: this.#workspace,
          folder: this.#folder,
          keepFreeBytes: this.keepFree.bytes,
        }),
        requireHeld: () => requireHeld(this.#options.dataFolder),
        endpoint: (id) => this.endpoint(id),
        openEndpoint: (id, settings) => this.#openEndpoint(id, settings),
      },
      this.jobs,
    );
    this.#lock = lock;
    lock.onLost(() => this.#endSockets());
  }

  /**
   * Opens a data folder with what the last run left there. Rejects with DATA_FOLDER_IN_USE while another process holds
   * it, and with the system's error when it cannot be used.
   */
  static async open(options: EngineOptions): Promise<Engine> {
    const lock = await lockDataFolder(options.dataFolder);
    let engine: Engine | null = null;
    try {
      // Halves of files that a killed process was writing; those of captures go when each is opened.
      await sweepTemporary(options.dataFolder);
      await sweepTemporary(join(options.dataFolder, certificatesFolder));
      const { dataFolder } = options;
      const folder = await openFolderIn(dataFolder);
      if (folder !== dataFolder) await sweepTemporary(folder);
      await sweepTemporary(join(folder, capturesFolder));
      const workspace = await Workspace.open(folder, { dataFolder });
      engine = new Engine(options, workspace, folder, lock);
      await engine.#openAll(workspace, folder, engine.#endpoints);
      await engine.#openWorkspaces();
      return engine;
    } catch (error) {
      // The captures that were opened are written to: they end before another process may have them.
      if (engine !== null) await engine.#end().catch(() => undefined);
      await lock.release();
      throw error;
    }
  }

  /**
   * Called once when another process has taken the data folder over, while this one stood still or was cut off. From
   * then on nothing is written there, all sockets end, and what they still receive is not kept: the host is to say so
   * and to end.
   */
  onLost(listener: (failure: Failure) => void): void {
    this.#lock.onLost(listener);
  }

  /** Tells those who find the folder in use where they can reach this host; no secret. Rejects with the system's error. */
  publish(address: string): Promise<void> {
    return this.#lock.publish(address);
  }

  /** The open one. */
  get workspace(): Workspace {
    return this.#workspace;
  }

  get workspaces(): Workspaces {
    return this.#workspaces!;
  }

  get sequenceRuns(): SequenceRuns {
    return this.#sequenceRuns;
  }

  get wasRunning(): WasRunning {
    return this.#wasRunning;
  }

  async #openWorkspaces(): Promise<void> {
    const runs = (id: EndpointId): boolean => {
      const endpoint = this.#endpoints.get(id);
      return endpoint !== undefined && isRunning(endpoint.summary.status);
    };
    const workspace = (): Workspace => this.#workspace;
    const isBusy = (): boolean => [...this.#endpoints.keys()].some(runs) || this.jobs.hasWork;
    this.#workspaces = await Workspaces.open(this.#options.dataFolder, this.#options.host, {
      get workspace() {
        return workspace();
      },
      get isBusy() {
        return isBusy();
      },
      isRunning: runs,
      switchTo: (folder, content) => this.#switchTo(folder, content),
      take: (content) => this.#take(content),
    });
  }

  /** Until the other one is open with all that it has, this one stays as it is; then all of this one ends. Starts nothing. */
  async #switchTo(folder: string, content: FileContent | null): Promise<void> {
    requireHeld(this.#options.dataFolder);
    const before = this.#workspace;
    await before.saved();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sweepTemporary(folder);
    const next = await Workspace.open(folder, { before });
    const opened = new Map<EndpointId, Endpoint>();
    try {
      if (content) next.replace(content);
      await next.saved();
      await this.#openAll(next, folder, opened);
    } catch (error) {
      await Promise.allSettled([...opened.values()].map((endpoint) => endpoint.close()));
      await next.handOver().catch(() => undefined);
      throw error;
    }
    this.#forgetNames();
    this.#wasRunning.close();
    await Promise.all([...this.#endpoints.values()].map((endpoint) => this.#leave(endpoint)));
    await before.handOver().catch((error: unknown) => this.#notices.push(failureOf(error)));
    this.#endpoints.clear();
    for (const [id, endpoint] of opened) this.#endpoints.set(id, endpoint);
    [this.#workspace, this.#folder] = [next, folder];
    this.#wasRunning = new WasRunning(next, () => this.#endpoints.values());
    this.#sequenceRuns = new SequenceRuns(this.jobs, next);
    for (const page of this.pages) page.leave();
  }

  /** Sockets of endpoints that stay go on; what is not in it any more ends, and its capture stays on the disk. */
  async #take(content: FileContent): Promise<void> {
    const known = new Set(this.#workspace.endpoints.map(({ id }) => id));
    const isKept = ({ id, settings }: KeptEndpoint): boolean =>
      content.endpoints.some((each) => each.id === id && each.settings.role === settings.role);
    for (const { id } of this.#workspace.endpoints.filter((each) => !isKept(each))) {
      const endpoint = this.endpoint(id);
      this.#endpoints.delete(id);
      await this.#leave(endpoint);
    }
    for (const { id, settings } of content.endpoints) {
      const endpoint = this.#endpoints.get(id);
      if (endpoint === undefined) await this.#openEndpoint(id, settings);
      else endpoint.change(settings);
    }
    // What a page has added meanwhile stays.
    const added = this.#workspace.endpoints.filter(({ id }) => !known.has(id));
    this.#workspace.replace({ ...content, endpoints: [...content.endpoints, ...added] });
  }

  /** Its records are on the disk then, or it is told why not. */
  async #leave(endpoint: Endpoint): Promise<void> {
    for (const page of this.pages) page.closeViewsOf(endpoint);
    await this.jobs.end(endpoint.id);
    await within(socketsDeadlineMs, endpoint.stop()).catch(() => undefined);
    await endpoint.close().catch((error: unknown) => this.#notices.push(failureOf(error)));
  }

  #endSockets(): void {
    for (const endpoint of this.#endpoints.values()) {
      // It cannot be written any more, and so the capture's failure says at once why.
      endpoint.capture.recordDetail(noStream, {
        kind: 'note',
        note: 'capture-failed',
        code: 'DATA_FOLDER_LOST',
      });
      endpoint.stop().catch(() => undefined);
    }
  }

  get hostKind(): Hello['host'] {
    return this.#options.host.kind;
  }

  hello(): Hello {
    const { host, dataFolder } = this.#options;
    const { kind, version, runtime } = host;
    const { platform } = process;
    return { version, host: kind, platform, runtime, tlsLibrary, dataFolder };
  }

  /** What every page should say: what was put aside, and, while it lasts, why the workspace cannot be written. */
  get notices(): Failure[] {
    return [...this.workspace.notices, ...(this.#workspaces?.notices ?? []), ...this.#notices];
  }

  health(): Health {
    const { openSockets, diskBytes } = this.totals;
    const uptimeSeconds = Math.round((monotonic() - this.#startedAt) / 1000);
    return { version: this.#options.host.version, uptimeSeconds, openSockets, capturedBytes: diskBytes };
  }

  get totals(): EngineTotals {
    const totals = { openSockets: 0, diskBytes: 0, receivedBytes: 0, sentBytes: 0, records: 0 };
    for (const endpoint of this.#endpoints.values()) {
      totals.openSockets += endpoint.openSockets;
      totals.diskBytes += endpoint.capture.diskBytes;
      totals.receivedBytes += endpoint.connections.receivedBytes;
      totals.sentBytes += endpoint.connections.sentBytes;
      totals.records += endpoint.capture.length;
    }
    return totals;
  }

  summaries(): EndpointSummary[] {
    return this.workspace.endpoints.flatMap(({ id }) => this.#endpoints.get(id)?.summary ?? []);
  }

  /** Throws NAME_REFUSED, and what `AllowedNames.allow` does. */
  async allowName(name: OutsideName): Promise<void> {
    const { mayAllow } = this.#options.host;
    if (!(await mayAllow?.(name))) throw new FailureError({ code: 'NAME_REFUSED', subject: name.name });
    allowedNames.allow(name);
  }

  /** As `peerWrites` says. */
  peerWrites(id: EndpointId, frame: FrameRef): Promise<number[]> {
    return peerWrites(this.#endpoints.values(), this.endpoint(id).capture, frame);
  }

  /** Throws INVALID_ARGUMENT for an id that the workspace does not have. */
  endpoint(id: EndpointId): Endpoint {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) throw invalid('id');
    return endpoint;
  }

  /** Starts what `starting` says; resolves when servers listen and clients are connecting. Throws at once as `chosenToStart` does. */
  start(starting: Starting = usualStarting): Promise<void> {
    const { offered } = this.wasRunning;
    const ran = ({ id }: Endpoint): boolean => offered.includes(id);
    const chosen = chosenToStart([...this.#endpoints.values()], starting, ran);
    return startEach(chosen).then(() => this.wasRunning.look());
  }

  async addEndpoint(settings: EndpointSettings): Promise<EndpointId> {
    requireHeld(this.#options.dataFolder);
    if (this.#endpoints.size >= maxEndpoints)
      throw invalid('settings', { name: 'at-most', most: maxEndpoints });
    const id = newEndpointId();
    const { workspace } = this;
    await this.#openEndpoint(id, settings);
    // Another one was opened meanwhile.
    if (workspace !== this.#workspace) {
      const endpoint = this.#endpoints.get(id);
      this.#endpoints.delete(id);
      await endpoint?.close();
      throw new FailureError({ code: 'CANCELLED' });
    }
    workspace.add(id, settings);
    return id;
  }

  /**
   * Brings in a file of captured traffic that the system or a command line named, and has all pages show it, or the next
   * one. Rejects as `Captures.importFile`.
   */
  async openCaptureFile(path: string): Promise<ImportedCapture> {
    const imported = await this.captures.importFile(path);
    const [first] = imported.endpoints;
    if (first === undefined) return imported;
    for (const page of this.pages) page.imported(imported, basename(path));
    const { layout } = this.workspace.data;
    if (this.pages.size > 0) return imported;
    this.workspace.saveLayout({ ...layout, activeTab: first, openTabs: [...layout.openTabs, first] });
    // The next page was not there to be told.
    if (imported.verified !== null && !isWhole(imported.verified))
      this.#notices.push(failureOf(new FailureError({ code: 'IMPORT_DAMAGED' }), basename(path)));
    return imported;
  }

  get keepFree(): KeepFree {
    const { keepFreeBytes } = this.#options;
    return { bytes: keepFreeBytes ?? this.workspace.keepFreeBytes, isFixed: keepFreeBytes !== undefined };
  }

  setKeepFree(bytes: number): void {
    if (this.keepFree.isFixed) throw invalid('keepFree', { name: 'command-line-decides' });
    this.workspace.setKeepFree(bytes);
    for (const { capture } of this.#endpoints.values()) capture.keepFree(bytes);
  }

  changeEndpoint(id: EndpointId, settings: EndpointSettings): void {
    this.endpoint(id).change(settings);
    this.workspace.change(id, settings);
  }

  async removeEndpoint(id: EndpointId): Promise<void> {
    const endpoint = this.endpoint(id);
    requireHeld(this.#options.dataFolder);
    this.#endpoints.delete(id);
    this.workspace.remove(id);
    for (const page of this.pages) page.closeViewsOf(endpoint);
    await this.jobs.end(id);
    // Whatever kept its last records from the disk, a full one above all: its files go, and make room.
    await endpoint.close().catch(() => undefined);
    requireHeld(this.#options.dataFolder);
    await rm(captureFolder(this.#folder, id), { recursive: true, force: true });
    await rm(keyLogPath(this.#folder, id), { force: true });
  }

  networkFacts(): Promise<NetworkFacts> {
    const { sockets, omitted } = openSocketsOf(this.#endpoints.values());
    return networkFacts(sockets, omitted);
  }

  /** What can be found out about an endpoint's present failure; nothing without one. Rejects as `endpoint` throws. */
  async diagnose(id: EndpointId): Promise<Diagnosis> {
    const { settings, summary } = this.endpoint(id);
    const { status } = summary;
    const { failure } = status;
    if (failure === null) return { findings: [] };
    const refusedChain = status.role === 'client' ? status.refusedChain : null;
    const { sockets } = openSocketsOf(this.#endpoints.values());
    return diagnose({ id, settings, failure, refusedChain }, sockets, () => this.certificates.list());
  }

  /**
   * Ends every socket and flushes every capture, within 3 s whatever the peers and the disk do. Idempotent. Rejects with
   * the data folder and what is safe in it when not all of it is: with the system's code, or END_TIMED_OUT.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      if (await within(closeDeadlineMs, this.#end())) return;
    } catch (error) {
      throw this.#incomplete(failureOf(error));
    }
    throw this.#incomplete(failed('END_TIMED_OUT', { name: 'disk-slow' }));
  }

  /** Whatever part of it fails, the others end too. Rejects with the first failure then. */
  async #end(): Promise<void> {
    for (const page of this.pages) page.close();
    this.wasRunning.close();
    const endpoints = [...this.#endpoints.values()];
    const ending = [...endpoints.map((endpoint) => endpoint.stop()), this.jobs.end()];
    await within(socketsDeadlineMs, Promise.allSettled(ending));
    const results = await Promise.allSettled([
      ...endpoints.map((endpoint) => endpoint.close()),
      // It writes what is to be in the file before the workspace ends.
      (this.#workspaces?.close() ?? Promise.resolve()).finally(() => this.#workspace.close()),
      this.#searches.close(),
    ]);
    await this.#lock.release();
    throwFirst(results);
  }

  #incomplete(facts: FailureFacts): FailureError {
    const safe = { records: 0, bytes: 0 };
    for (const { capture } of this.#endpoints.values()) {
      // With its folder went what had been written there.
      if (capture.failure?.code === 'CAPTURE_GONE') continue;
      safe.records += Math.max(0, capture.safe.records - capture.cleared);
      safe.bytes += capture.safe.bytes;
    }
    return new FailureError({ ...factsOf(facts), subject: this.#options.dataFolder, safe });
  }

  /** Into `into`, also where one of them fails: the first failure is thrown when all have ended. */
  async #openAll(workspace: Workspace, folder: string, into: Map<EndpointId, Endpoint>): Promise<void> {
    const { endpoints, ports } = workspace;
    for (let at = 0; at < endpoints.length; at += opensAtOnce) {
      const batch = endpoints.slice(at, at + opensAtOnce);
      const results = await Promise.allSettled(
        batch.map(async ({ id, settings }) =>
          into.set(id, await this.#newEndpoint(id, settings, folder, ports[id])),
        ),
      );
      throwFirst(results);
    }
  }

  async #openEndpoint(id: EndpointId, settings: EndpointSettings): Promise<void> {
    this.#endpoints.set(id, await this.#newEndpoint(id, settings, this.#folder, this.workspace.ports[id]));
  }

  async #newEndpoint(
    id: EndpointId,
    settings: EndpointSettings,
    folder: string,
    port: number | undefined,
  ): Promise<Endpoint> {
    const capture = await this.#openCapture(captureFolder(folder, id));
    if (this.#closing) {
      await capture.close();
      throw new FailureError({ code: 'CANCELLED' });
    }
    // It may have been changed meanwhile.
    capture.keepFree(this.keepFree.bytes);
    const tls = { certificates: this.certificates, keyLog: new KeyLog(keyLogPath(folder, id)) };
    const annotations = await Annotations.open(capture);
    if (annotations.notice !== null) this.#notices.push(annotations.notice);
    const views = new Views(capture, this.#searches, annotations);
    const endpoint = new Endpoint(id, settings, capture, annotations, views, tls, port);
    const { cleared, length } = capture;
    if (cleared < length) endpoint.capturedAt = (await capture.entries(cleared, 1)).time(0);
    return endpoint;
  }

  async #openCapture(folder: string): Promise<Capture> {
    const options = { keepFreeBytes: this.keepFree.bytes };
    await sweepTemporary(folder);
    try {
      return await Capture.open(folder, options);
    } catch (error) {
      const failure = { ...failureOf(error), subject: folder };
      // Whatever the system refuses now (a right, a drive, memory) it may grant the next time: the capture is fine.
      if (failure.code !== 'CAPTURE_NEWER') throw new FailureError(failure);
      // One capture that cannot be read must not keep the others away; it stays, under another name.
      requireHeld(folder);
      const aside = `${folder}.newer-${Date.now()}`;
      await rename(folder, aside);
      this.#notices.push({ ...failure, subject: aside });
      return Capture.open(folder, options);
    }
  }
}

const keyLogPath = (folder: string, id: EndpointId): string => join(folder, 'keylogs', `${id}.log`);

/** Whether the work was done before the time was over; rejects only as the work does before that. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  return Promise.race([work.then(() => true), deadline]).finally(() => clearTimeout(timer));
}

/** To be called when all have ended, so that nothing goes on behind the failure of one. */
function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
