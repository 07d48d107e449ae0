import type { Endpoint, Workspace as WorkspaceData } from '../../../shared/contract.ts';
import type { EndpointId } from '../../../shared/domain.ts';
import { draftBytes, mostDraftsBytes, type ComposerDraft, type Drafts } from '../../../shared/drafts.ts';
import { FailureError, type Failure } from '../../../shared/failure.ts';
import type { Layout, Preferences } from '../../../shared/layout.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { Document } from './document.ts';
import {
  draftsKind,
  endpointsKind,
  layoutKind,
  messagesKind,
  olderOf,
  preferencesKind,
  runningKind,
  sequencesKind,
  type Endpoints,
  type Ran,
} from './kinds.ts';
import { SavedMessages } from './saved-messages.ts';
import { SavedSequences } from './saved-sequences.ts';
import type { FileContent } from './workspace-file.ts';

/** Endpoints, what all captures share, and what pages keep: a document for each. */
export class Workspace {
  readonly #endpoints: Document<Endpoints>;
  readonly #preferences: Document<Preferences>;
  readonly #layout: Document<Layout>;
  readonly #drafts: Document<{ drafts: Drafts }>;
  readonly #running: Document<Ran>;
  readonly messages: SavedMessages;
  readonly sequences: SavedSequences;
  #version = 1;
  #onPreferences: (preferences: Preferences) => void = () => undefined;

  private constructor(
    endpoints: Document<Endpoints>,
    preferences: Document<Preferences>,
    layout: Document<Layout>,
    drafts: Document<{ drafts: Drafts }>,
    running: Document<Ran>,
    messages: SavedMessages,
    sequences: SavedSequences,
  ) {
    this.#endpoints = endpoints;
    this.#preferences = preferences;
    this.#layout = layout;
    this.#drafts = drafts;
    this.#running = running;
    this.messages = messages;
    this.sequences = sequences;
  }

  /**
   * Reads what the last run kept; see `Document.open`. All workspaces of a data folder share the preferences: of `before`,
   * which ends with `handOver`, or those of `dataFolder`.
   */
  static async open(
    folder: string,
    { dataFolder = folder, before = null }: { dataFolder?: string; before?: Workspace | null } = {},
  ): Promise<Workspace> {
    const endpoints = await Document.open(folder, endpointsKind);
    const older = olderOf(endpoints.value.layout);
    const workspace = new Workspace(
      endpoints,
      before ? before.#preferences : await Document.open(dataFolder, preferencesKind, older?.preferences),
      await Document.open(folder, layoutKind, older?.layout),
      await Document.open(folder, draftsKind, older && { drafts: older.drafts }),
      await Document.open(folder, runningKind),
      new SavedMessages(await Document.open(folder, messagesKind)),
      new SavedSequences(await Document.open(folder, sequencesKind)),
    );
    if (older) await workspace.#leaveOlder();
    if (before) {
      workspace.#onPreferences = before.#onPreferences;
      if (before.keepFreeBytes !== workspace.keepFreeBytes) workspace.setKeepFree(before.keepFreeBytes);
    }
    return workspace;
  }

  /** The file of an earlier version stays whole until all that it holds is on the disk in files of their own. */
  async #leaveOlder(): Promise<void> {
    try {
      for (const document of [this.#preferences, this.#layout, this.#drafts]) await document.saved();
      const { endpoints, keepFreeBytes } = this.#endpoints.value;
      this.#endpoints.change({ endpoints, keepFreeBytes });
    } catch {
      // Why is among the notices; it is written later, and the next start finds it.
    }
  }

  /** What a file of it holds. */
  get content(): FileContent & { layout: Layout } {
    const messages = this.messages.document.value.messages.map(({ history: _, ...message }) => message);
    const { sequences } = this.sequences.document.value;
    return { endpoints: [...this.endpoints], messages, sequences, layout: this.#layout.value };
  }

  /** Another one whenever `content` may be. */
  get revision(): number {
    const { messages, sequences } = this;
    return [this.#endpoints, this.#layout, messages.document, sequences.document].reduce(
      (sum, { revision }) => sum + revision,
      0,
    );
  }

  /** All that a file holds of it by what another one does; its layout where there is one. */
  replace({ endpoints, messages, sequences, layout }: FileContent): void {
    this.messages.replace(messages);
    this.sequences.replace(sequences);
    if (layout !== null) this.#layout.change(layout);
    this.#change({ endpoints });
  }

  get #documents() {
    const { messages, sequences } = this;
    return [
      ...[this.#endpoints, this.#preferences, this.#layout, this.#drafts],
      ...[messages.document, sequences.document],
    ];
  }

  /** What a person should know: what was set aside, and, while it lasts, why changes are not on the disk. */
  get notices(): Failure[] {
    return this.#documents.flatMap(({ notices }) => notices);
  }

  /** Changes with endpoints and settings, not with what a page saves: it knows that. */
  get version(): number {
    return this.#version;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints.value.endpoints;
  }

  get keepFreeBytes(): number {
    return this.#endpoints.value.keepFreeBytes;
  }

  get drafts(): Drafts {
    return this.#drafts.value.drafts;
  }

  get data(): Omit<WorkspaceData, 'id' | 'keepFree' | 'wereRunning'> {
    const { endpoints } = this.#endpoints.value;
    const [preferences, layout] = [this.#preferences.value, this.#layout.value];
    return { version: this.#version, endpoints, preferences, layout };
  }

  /** The endpoints that ran when this was kept last. */
  get running(): readonly EndpointId[] {
    return this.#running.value.running;
  }

  /** Of servers on any free port: the one that they had when this was kept last. */
  get ports(): Readonly<Record<EndpointId, number>> {
    return this.#running.value.ports;
  }

  /** Nothing is written where it is as it was. */
  keepRunning(running: EndpointId[], ports: Record<EndpointId, number>): void {
    const ran: Ran = { running, ports };
    if (JSON.stringify(ran) !== JSON.stringify(this.#running.value)) this.#running.change(ran);
  }

  /** Something beside the settings changed that pages ask for with them. */
  touch(): void {
    this.#version++;
  }

  add(id: EndpointId, settings: EndpointSettings): void {
    this.#change({ endpoints: [...this.endpoints, { id, settings }] });
  }

  change(id: EndpointId, settings: EndpointSettings): void {
    this.#change({
      endpoints: this.endpoints.map((endpoint) => (endpoint.id === id ? { id, settings } : endpoint)),
    });
  }

  remove(id: EndpointId): void {
    const { openTabs, activeTab, hints } = this.#layout.value;
    if (openTabs.includes(id) || Object.hasOwn(hints, id))
      this.#layout.change({
        ...this.#layout.value,
        openTabs: openTabs.filter((tab) => tab !== id),
        activeTab: activeTab === id ? null : activeTab,
        hints: without(hints, id),
      });
    if (Object.hasOwn(this.drafts, id)) this.#drafts.change({ drafts: without(this.drafts, id) });
    this.#change({ endpoints: this.endpoints.filter((endpoint) => endpoint.id !== id) });
  }

  setKeepFree(bytes: number): void {
    this.#change({ keepFreeBytes: bytes });
  }

  #change(part: Partial<Endpoints>): void {
    this.#endpoints.change({ ...this.#endpoints.value, ...part });
    this.#version++;
  }

  /** Calls `listener` with the preferences now and whenever a page has saved others. */
  watchPreferences(listener: (preferences: Preferences) => void): void {
    this.#onPreferences = listener;
    listener(this.#preferences.value);
  }

  savePreferences(preferences: Preferences): void {
    this.#preferences.change(preferences);
    this.#onPreferences(preferences);
  }

  saveLayout(layout: Layout): void {
    this.#layout.change(layout);
  }

  /** Of an endpoint that is gone nothing is kept. Throws DRAFT_NOT_KEPT as `Commands.saveDraft` says. */
  saveDraft(id: EndpointId, draft: ComposerDraft): void {
    if (!this.endpoints.some((endpoint) => endpoint.id === id)) return;
    const drafts = { ...this.drafts, [id]: draft };
    const bytes = Object.values(drafts).reduce((sum, each) => sum + draftBytes(each), 0);
    if (bytes > mostDraftsBytes) throw new FailureError({ code: 'DRAFT_NOT_KEPT' });
    this.#drafts.change({ drafts });
  }

  /** Resolves when all that was changed is on disk; rejects with the system's error, and it is tried again. */
  async saved(): Promise<void> {
    await all(this.#documents.map((document) => document.saved()));
  }

  /** One last attempt: rejects when what was changed cannot be written. */
  async close(): Promise<void> {
    await this.#close(this.#documents);
  }

  /** As `close`, but for the preferences, which another workspace has now. */
  async handOver(): Promise<void> {
    await this.#close(this.#documents.filter((document) => document !== this.#preferences));
  }

  async #close(documents: { close(): Promise<void> }[]): Promise<void> {
    // A help after a restart, and nobody's work: that it cannot be kept is no failure.
    await this.#running.close().catch(() => undefined);
    await all(documents.map((document) => document.close()));
  }
}

/** Waits for every one; rejects as the first that does. */
async function all(works: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

const without = <T>(map: Record<EndpointId, T>, id: EndpointId): Record<EndpointId, T> =>
  Object.fromEntries(Object.entries(map).filter(([one]) => one !== id));
