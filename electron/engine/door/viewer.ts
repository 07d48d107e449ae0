import type { Channel } from '../../../shared/wire/channel.ts';
import type { Commands, Events, SavedFile, Summary, ViewSummary } from '../../../shared/contract.ts';
import type { EndpointId, ViewId } from '../../../shared/domain.ts';
import type { ExportFormat, ExportPlan, ExportPreview } from '../../../shared/export-formats.ts';
import { previewFile, type ChosenPlace } from '../saved-files.ts';
import type { Reading } from '../../../shared/frames.ts';
import type { ImportedCapture } from '../../../shared/importing/captured.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import type { StreamDirection, StreamFile, StreamSummary } from '../../../shared/stream-rows.ts';
import { serveRpc, type Local, type Remote } from '../../../shared/wire/rpc.ts';
import { monotonic, now } from '../clock.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { FilesSent } from '../files-sent.ts';
import { CaptureImports } from './capture-imports.ts';
import { Meter } from './meter.ts';
import { nextNumber } from './numbers.ts';
import { OpenStatistics } from './open-statistics.ts';
import { Staging } from './staging.ts';
import { invalid } from '../schemas/validate.ts';
import type { Conversation } from '../reading/stream/conversation.ts';
import type { View } from '../reading/view.ts';

/** Least time between the answer to a summary and the next: ten a second is as fast as numbers can be read. */
const summaryPauseMs = 100;
/** For the answer to whoever opened the other workspace to be on its way. */
const leaveMs = 50;
/** A page has one view for each tab, and one more while it changes a filter. */
const maxViews = 64;
/** A page shows one, and has another while it changes what it shows. */
const maxStreams = 8;

type OpenView = { endpoint: Endpoint; view: View };
type OpenStream = { endpoint: Endpoint } & ReturnType<Endpoint['openStream']>;

/** One attached page: serves its commands, owns its views and staged messages, tells it summaries at its own pace. */
export class Viewer {
  readonly engine: Engine;
  readonly staging = new Staging<Endpoint>();
  readonly files: FilesSent;
  readonly imports: CaptureImports;
  readonly statistics = new OpenStatistics();
  readonly #channel: Channel;
  readonly #remote: Remote<Events>;
  readonly #views = new Map<ViewId, OpenView>();
  readonly #streams = new Map<number, OpenStream>();
  /** That the person chose for exports. */
  readonly #places = new Map<number, ChosenPlace>();
  readonly #meter = new Meter();
  #previewing = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  /** Counters last told, as text: the same ones are not told again. */
  #told = '';
  #isClosed = false;
  #hasLeft = false;

  /** `table`: the commands, as this page may give them. */
  constructor(
    engine: Engine,
    channel: Channel,
    table: (viewer: Viewer) => Local<Commands>,
    onClosed: () => void,
  ) {
    this.engine = engine;
    this.files = new FilesSent(engine.jobs);
    this.imports = new CaptureImports(engine);
    this.#channel = channel;
    this.#remote = serveRpc<Commands, Events>(channel, table(this));
    channel.onClose(() => {
      this.#release();
      onClosed();
    });
    this.#schedule();
  }

  /** Tells the page to run an action by its name in `shared/actions.ts`. */
  action(name: string): void {
    // A page that has gone runs no actions.
    this.#remote.action(name).catch(() => undefined);
  }

  /** Shows a capture that has come in without this page. */
  imported(imported: ImportedCapture, file: string): void {
    // A page that has gone finds it in the list when it comes again.
    this.#remote.imported(imported, file).catch(() => undefined);
  }

  /** Another workspace was opened: what this page still says is about what is gone, and it comes again. */
  leave(): void {
    this.#hasLeft = true;
    // A page that has gone begins anew when it comes again.
    this.#remote.anew().catch(() => undefined);
    setTimeout(() => this.close(), leaveMs).unref();
  }

  /** Whether what it asks for is of the open workspace. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  close(): void {
    this.#channel.close();
    this.#release();
  }

  openView(id: EndpointId, filter: Filter, reading: Reading): ViewSummary {
    const endpoint = this.engine.endpoint(id);
    if (this.#views.size >= maxViews) throw invalid('view', { name: 'at-most', most: maxViews });
    const view = endpoint.openView(filter, reading);
    const number = nextNumber();
    this.#views.set(number, { endpoint, view });
    return { id: number, ...view.summary };
  }

  view(id: ViewId): View {
    return this.#open(id).view;
  }

  closeView(id: ViewId): void {
    this.#views.get(id)?.view.close();
    this.#views.delete(id);
  }

  openStream(id: EndpointId, connection: number, direction: StreamDirection): StreamSummary {
    const endpoint = this.engine.endpoint(id);
    if (this.#streams.size >= maxStreams) throw invalid('stream', { name: 'at-most', most: maxStreams });
    const opened = endpoint.openStream(connection, direction);
    const number = nextNumber();
    this.#streams.set(number, { endpoint, ...opened });
    return { id: number, ...opened.conversation.summary };
  }

  stream(id: number): Conversation {
    return this.#openStream(id).conversation;
  }

  closeStream(id: number): void {
    // What is under way ends by itself.
    void this.#streams.get(id)?.end();
    this.#streams.delete(id);
  }

  saveStream(id: number, from: number, to: number, as: StreamFile): Promise<SavedFile | null> {
    const { endpoint, conversation } = this.#openStream(id);
    return this.engine.files.saveStream(endpoint, conversation, { from, to, as });
  }

  #openStream(id: number): OpenStream {
    const open = this.#streams.get(id);
    if (!open) throw invalid('stream');
    return open;
  }

  /** Views and staged messages of an endpoint that is being removed. */
  closeViewsOf(endpoint: Endpoint): void {
    for (const [id, open] of this.#views) if (open.endpoint === endpoint) this.closeView(id);
    this.statistics.closeOf(endpoint);
    for (const [id, open] of this.#streams) if (open.endpoint === endpoint) this.closeStream(id);
    this.staging.dropOf(endpoint);
  }

  saveLog(id: ViewId, format: ExportFormat): Promise<SavedFile | null> {
    const { endpoint, view } = this.#open(id);
    return this.engine.files.saveLog(endpoint, view, format);
  }

  exportLog(id: ViewId, plan: ExportPlan, chosen: number | null): Promise<SavedFile | null> {
    const { endpoint, view } = this.#open(id);
    const place = chosen === null ? null : this.#places.get(chosen);
    if (place === undefined) throw invalid('place');
    return this.engine.files.exportLog(endpoint, view, plan, place);
  }

  async chooseExport(id: ViewId, plan: ExportPlan): Promise<{ place: number; path: string } | null> {
    const { endpoint } = this.#open(id);
    const chosen = await this.engine.files.chooseExport(endpoint, plan);
    if (chosen === null) return null;
    const place = nextNumber();
    // One dialog is open, and has one.
    this.#places.clear();
    this.#places.set(place, chosen);
    return { place, path: chosen.path };
  }

  previewExport(id: ViewId, plan: ExportPlan): Promise<ExportPreview> {
    const { endpoint, view } = this.#open(id);
    this.#previewing.abort();
    this.#previewing = new AbortController();
    return previewFile(endpoint, view, plan, this.#previewing.signal);
  }

  endPreview(): void {
    this.#previewing.abort();
  }

  #open(id: ViewId): OpenView {
    const open = this.#views.get(id);
    if (!open) throw invalid('view');
    return open;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    // Nothing waits for a page: a quiet engine may end.
    this.#timer = setTimeout(() => void this.#tell(), summaryPauseMs).unref();
  }

  /** One summary at a time: while a page does not answer, nothing is queued for it. */
  async #tell(): Promise<void> {
    if (this.#hasLeft) return;
    const counters = this.#counters();
    const state = JSON.stringify(counters);
    if (state !== this.#told) {
      this.#told = state;
      const summary = { ...counters, time: now(), delayMs: this.#meter.takeDelay() };
      // The page that fails to show a summary gets the next one all the same.
      await this.#remote.summary(summary).catch(() => undefined);
    }
    this.#schedule();
  }

  #counters(): Omit<Summary, 'time' | 'delayMs'> {
    const views = [...this.#views].map(([id, { view }]) => ({ id, ...view.summary }));
    const streams = [...this.#streams].map(([id, { conversation }]) => ({ id, ...conversation.summary }));
    const totals = this.engine.totals;
    return {
      workspaceVersion: this.engine.workspace.version,
      workspaceFile: this.engine.workspaces.file,
      messagesVersion: this.engine.workspace.messages.version,
      sequencesVersion: this.engine.workspace.sequences.version,
      notices: this.engine.notices,
      endpoints: this.engine.summaries(),
      views,
      streams,
      jobs: this.engine.jobs.list,
      openSockets: totals.openSockets,
      diskBytes: totals.diskBytes,
      ...this.#meter.rates(monotonic(), totals),
    };
  }

  #release(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#previewing.abort();
    this.files.close();
    this.imports.close();
    for (const { view } of this.#views.values()) view.close();
    this.#views.clear();
    this.statistics.closeOf(null);
    for (const id of [...this.#streams.keys()]) this.closeStream(id);
    this.staging.clear();
    this.#meter.close();
  }
}
