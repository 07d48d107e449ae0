import type { ActionName } from '../../shared/actions.ts';
import type { Channel } from '../../shared/wire/channel.ts';
import type {
  Commands,
  EndpointSummary,
  Events,
  Hello,
  KeepFree,
  LocalAddress,
  Summary,
  ViewSummary,
  Workspace,
} from '../../shared/contract.ts';
import type { EndpointId, ViewId } from '../../shared/domain.ts';
import type { Drafts } from '../../shared/drafts.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { failureOf, type Failure } from '../../shared/failure.ts';
import {
  emptyLayout,
  usualPreferences,
  type Layout,
  type PaneRoom,
  type Preferences,
  type TabId,
} from '../../shared/layout.ts';
import type { SavedSequence } from '../../shared/sequences/saved.ts';
import { isHintFor } from '../../shared/settings/ready-made.ts';
import type { Local, Remote } from '../../shared/wire/rpc.ts';
import type { WorkspaceId } from '../../shared/workspaces.ts';
import { speakForSystem, texts } from '../../shared/texts/index.ts';
import { commitEdits } from '../lib/commit-edits.ts';
import { withOwnPort } from '../lib/next-port.ts';
import { ActionTable } from './action-table.ts';
import { CertificatesState } from './certificates.svelte.ts';
import type { Desk, ToastAction } from './desk.ts';
import { EndpointState } from './endpoint.svelte.ts';
import { engineActions } from './engine-actions.ts';
import { Keeping } from './keeping.ts';
import { tabOf, type Tab } from './tab.ts';
import { isAboutKey, linkEngine, type EngineLink } from './engine-link.ts';

/** A page in the background gets no animation frames; it still shows a summary this often. */
const hiddenPaceMs = 500;
const mostToasts = 4;

export type Sheet =
  | 'palette'
  | 'settings'
  | 'help'
  | 'certificates'
  | 'import'
  | 'export'
  | 'verify'
  | 'workspaces'
  | 'filters';

/** `since`: when it was first shown, by `performance.now()`. */
export type Toast = { id: number; since: number; what: string | Failure; action: ToastAction | null };

/** The whole page's state. Panes read it, ask `engine`, and register what their actions do. */
export class AppState implements Desk {
  readonly engine: Remote<Commands>;
  connected = $state(false);
  /** False until the engine answered for the first time. */
  attached = $state(false);
  /** The headless host does not let this tab in before it is opened by another address. */
  needsKey = $state(false);
  hello = $state.raw<Hello | null>(null);
  /** This machine's, as of the newest attach. */
  localAddresses = $state.raw<LocalAddress[]>([]);
  endpoints = $state.raw<EndpointState[]>([]);
  preferences = $state.raw<Preferences>(usualPreferences);
  layout = $state.raw<Layout>(emptyLayout);
  /** Of the whole engine; null before it was asked. */
  keepFree = $state.raw<KeepFree | null>(null);
  /** Ran when the engine ended last, and are offered to be started again. */
  wereRunning = $state.raw<EndpointId[]>([]);
  /** Null before they were asked for. */
  sequences = $state.raw<readonly SavedSequence[] | null>(null);
  summary = $state.raw<Summary | null>(null);
  toasts = $state.raw<Toast[]>([]);
  /** The one sheet over the page. */
  sheet = $state<Sheet | null>(null);
  /** The room of the pane while it lies over the log: `rooms.ts`. */
  cover = $state<PaneRoom | null>(null);
  /** The sidebar asks about one endpoint: its new name, or whether to delete it. */
  asking = $state.raw<{ what: 'rename' | 'remove'; endpoint: EndpointState } | null>(null);
  readonly certificates: CertificatesState = new CertificatesState(this);
  readonly active: EndpointState | null = $derived(this.endpointOf(this.layout.activeTab));
  readonly tabs: Tab[] = $derived(
    this.layout.openTabs.flatMap((id) => tabOf(id, this.endpoints, this.sequences) ?? []),
  );
  /** The tab in front, whatever it shows. */
  readonly activeTab: Tab | null = $derived(this.tabs.find(({ id }) => id === this.layout.activeTab) ?? null);
  readonly #actions = new ActionTable();
  readonly #keeping = new Keeping(this);
  readonly #link: EngineLink;
  readonly #early: ActionName[] = [];
  /** A capture file came in without this page. */
  onImported: Local<Events>['imported'] = () => undefined;
  /** The one that this page is about; null before it is known. */
  workspace: WorkspaceId | null = null;
  #workspaceVersion = -1;
  #notices: readonly Failure[] = [];
  /** How often this page has changed settings. */
  #changes = 0;
  #nextToast = 1;

  constructor(openChannel: () => Promise<Channel>) {
    this.#link = linkEngine(
      openChannel,
      {
        summary: (summary) => this.#takeSummary(summary),
        // A name that is none has no handler, and does nothing.
        action: (name) => this.#runWhenConnected(name as ActionName),
        imported: (came, file) => this.onImported(came, file),
        // Once this is answered.
        anew: () => void setTimeout(() => this.beginAnew()),
      },
      () => this.#attach(),
      (connected, failure) => {
        this.connected = connected;
        if (connected) for (const name of this.#early.splice(0)) this.run(name);
        this.needsKey = failure !== null && isAboutKey(failure);
      },
    );
    this.engine = this.#link.engine;
  }

  endpointOf(id: EndpointId | null): EndpointState | null {
    return this.endpoints.find((endpoint) => endpoint.id === id) ?? null;
  }

  summaryOf(id: EndpointId): EndpointSummary | null {
    return this.summary?.endpoints.find((each) => each.id === id) ?? null;
  }

  viewSummary(id: ViewId): ViewSummary | undefined {
    return this.summary?.views.find((each) => each.id === id);
  }

  toast(what: string | Failure, action: ToastAction | null = null): void {
    const toast = { id: this.#nextToast++, since: performance.now(), what, action };
    // The same words once more take the place of the first.
    const others = this.toasts.filter((each) => each.what !== what);
    this.toasts = [...others, toast].slice(-mostToasts);
  }

  dismissToast(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  async attempt<T>(work: () => Promise<T>, isToldElsewhere = (_: Failure) => false): Promise<T | null> {
    try {
      return await work();
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (!isToldElsewhere(failure)) this.toast(failure);
      return null;
    }
  }

  /** As `ActionTable.on`. */
  onAction(name: ActionName, run: () => void, enabled?: () => boolean): () => void {
    return this.#actions.on(name, run, enabled);
  }

  canRun(name: ActionName): boolean {
    return this.#isPossible(name) && this.#actions.canRun(name);
  }

  run(name: ActionName): void {
    if (this.#isPossible(name)) this.#actions.run(name);
  }

  #isPossible(name: ActionName): boolean {
    return this.connected || !engineActions.has(name);
  }

  openTab(id: TabId): void {
    const { openTabs } = this.layout;
    this.changeLayout({ activeTab: id, openTabs: openTabs.includes(id) ? openTabs : [...openTabs, id] });
  }

  /** The endpoint stays in the sidebar; the tab beside it comes to the front. */
  closeTab(id: TabId): void {
    const openTabs = this.layout.openTabs.filter((each) => each !== id);
    const place = Math.min(this.layout.openTabs.indexOf(id), openTabs.length - 1);
    const activeTab = this.layout.activeTab === id ? (openTabs[place] ?? null) : this.layout.activeTab;
    this.changeLayout({ openTabs, activeTab });
  }

  changePreferences(change: Partial<Preferences>): void {
    this.preferences = { ...this.preferences, ...change };
    this.#keeping.soon('preferences');
  }

  changeLayout(change: Partial<Layout>): void {
    // It was about the tab that goes to the back.
    if (change.activeTab !== undefined && change.activeTab !== this.layout.activeTab) this.cover = null;
    this.layout = { ...this.layout, ...change };
    this.#keeping.soon('layout');
  }

  saveDraftSoon(endpoint: EndpointState): void {
    this.#keeping.soon(endpoint);
  }

  /** Adds an endpoint and shows its tab; null when it failed (which is then shown). */
  async addEndpoint(settings: EndpointSettings): Promise<EndpointState | null> {
    const id = await this.attempt(() => this.engine.addEndpoint(settings));
    if (id === null) return null;
    if (!this.endpointOf(id)) this.endpoints = [...this.endpoints, new EndpointState(this, { id, settings })];
    this.openTab(id);
    return this.endpointOf(id);
  }

  /** The same once more, in a tab of its own: a server on a port of its own, and nothing of it runs. */
  async duplicate({ settings }: EndpointState): Promise<void> {
    const others = this.endpoints.map((endpoint) => endpoint.settings);
    const name = settings.name && texts.sidebar.duplicateName(settings.name);
    await this.addEndpoint({ ...withOwnPort(settings, others), name });
  }

  /** An echo server on a free port of the loopback, and a client connected to it: one tab for each side. */
  async startEchoDemo(): Promise<void> {
    const { demoServerName, demoClientName } = texts.welcome;
    await this.attempt(async () => {
      const listener = defaultListener();
      Object.assign(listener, { name: demoServerName, host: '127.0.0.1', port: 0 });
      listener.reply.kind = 'echo';
      const server = await this.engine.addEndpoint(listener);
      const { host, port } = await this.engine.startListening(server);
      const client = await this.engine.addEndpoint({ ...defaultClient(), name: demoClientName, host, port });
      await this.#fetchWorkspace();
      this.openTab(server);
      this.openTab(client);
      this.changeLayout({ hints: { ...this.layout.hints, [client]: 'own-client' } });
      await this.engine.connect(client);
    });
  }

  async changeEndpoint(endpoint: EndpointState, settings: EndpointSettings): Promise<void> {
    endpoint.applied = this.#applied(endpoint, settings);
    await endpoint.applied;
  }

  /** False when the engine refused it, which is then shown. */
  async #applied(endpoint: EndpointState, settings: EndpointSettings): Promise<boolean> {
    const before = endpoint.settings;
    endpoint.settings = settings;
    this.#changes++;
    if (endpoint.hint && !isHintFor(endpoint.hint, before, settings)) endpoint.hint = null;
    const done = await this.attempt(async () => {
      await this.engine.changeEndpoint(endpoint.id, settings);
      return true;
    });
    if (!done && endpoint.settings === settings) endpoint.settings = before;
    return done ?? false;
  }

  async removeEndpoint(endpoint: EndpointState): Promise<void> {
    this.closeTab(endpoint.id);
    endpoint.hint = null;
    await this.attempt(() => this.engine.removeEndpoint(endpoint.id));
    await this.attempt(() => this.#fetchWorkspace());
  }

  /** Bytes. Shown at once; what the engine refuses is shown, and taken back. */
  async setKeepFree(bytes: number): Promise<void> {
    const before = this.keepFree;
    this.keepFree = { bytes, isFixed: false };
    const done = await this.attempt(async () => {
      await this.engine.setKeepFree(bytes);
      return true;
    });
    if (!done && this.keepFree.bytes === bytes) this.keepFree = before;
  }

  /** Before the page goes: what is being edited, and what changed last, would be lost with it. */
  saveNow(): void {
    commitEdits();
    this.#keeping.now();
  }

  /** Where the engine is not attached: tries again at once. */
  reconnect(): void {
    this.#link.retry();
  }

  /** Another workspace was opened: nothing of this page is about it, and nothing may be kept there. */
  beginAnew(): void {
    this.#link.close();
    location.reload();
  }

  close(): void {
    this.saveNow();
    this.#link.close();
  }

  async fetchLocalAddresses(): Promise<void> {
    this.localAddresses = await this.engine.localAddresses();
  }

  async #attach(): Promise<void> {
    this.hello = await this.engine.hello();
    speakForSystem(this.hello.platform);
    await this.fetchLocalAddresses();
    const { preferences, layout } = await this.#fetchWorkspace();
    // Only at the start: later this page's own are the newer ones.
    if (!this.attached) this.#takeKept(preferences, layout, await this.engine.drafts());
    this.attached = true;
  }

  /** A menu may have opened this window for it, and most actions make no sense before. */
  #runWhenConnected(name: ActionName): void {
    if (this.connected) this.run(name);
    else this.#early.push(name);
  }

  async #fetchWorkspace(): Promise<Workspace> {
    const changes = this.#changes;
    const workspace = await this.engine.workspace();
    this.workspace ??= workspace.id;
    if (workspace.id !== this.workspace) {
      this.beginAnew();
      await new Promise(() => undefined);
    }
    this.#workspaceVersion = workspace.version;
    this.keepFree = workspace.keepFree;
    this.wereRunning = workspace.wereRunning;
    this.endpoints = workspace.endpoints.map((endpoint) => {
      const known = this.endpointOf(endpoint.id);
      if (known === null) return new EndpointState(this, endpoint);
      // What was changed here since then is newer, and makes the engine tell of a newer version.
      if (changes === this.#changes) known.settings = endpoint.settings;
      return known;
    });
    return workspace;
  }

  #takeKept(preferences: Preferences, layout: Layout, drafts: Drafts): void {
    this.preferences = preferences;
    this.layout = layout;
    for (const endpoint of this.endpoints) {
      const saved = drafts[endpoint.id];
      if (saved) endpoint.composer.restore(saved);
    }
  }

  /** The engine sends the next summary when this one is answered: after it was drawn. */
  async #takeSummary(summary: Summary): Promise<void> {
    this.summary = summary;
    for (const { id, firstConnection } of summary.endpoints) this.endpointOf(id)?.noteFirst(firstConnection);
    this.#tellNotices(summary.notices);
    if (summary.workspaceVersion !== this.#workspaceVersion) {
      this.#workspaceVersion = summary.workspaceVersion;
      await this.attempt(() => this.#fetchWorkspace());
    }
    await new Promise((resolve) => {
      requestAnimationFrame(resolve);
      setTimeout(resolve, hiddenPaceMs);
    });
  }

  /** Each once, for as long as the engine has it. */
  #tellNotices(notices: readonly Failure[]): void {
    const told = this.#notices;
    this.#notices = notices;
    for (const { code, subject, ...rest } of notices)
      if (!told.some((each) => each.code === code && each.subject === subject))
        this.toast({ code, subject, ...rest });
  }
}
