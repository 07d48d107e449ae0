import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Endpoint, Workspace as WorkspaceData } from '../../../shared/contract.ts';
import type { EndpointId } from '../../../shared/domain.ts';
import { settingsOf, type EndpointSettings } from '../../../shared/settings/settings.ts';
import { completed, initialOf } from '../../../shared/settings/field.ts';
import { reply as replySchema } from '../../../shared/settings/reply.ts';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { emptyLayout, type Layout } from '../../../shared/layout.ts';
import * as schemas from '../schemas/schemas.ts';
import { isPlainObject } from '../../../shared/schema.ts';
import { usualKeepFreeBytes } from '../capture/capture-place.ts';
import { replaceFile } from '../disk/write-file.ts';

/** A burst of changes (a pane being dragged) is one write. */
const writeDelayMs = 500;
/** A disk that took nothing is asked again so often, for as long as something is to be written. */
const retryMs = 2000;
const format = 1;

/** Endpoints, layout and what all captures share, kept in `<dataFolder>/workspace.json`. */
export class Workspace {
  readonly #path: string;
  #endpoints: Endpoint[];
  #layout: Layout;
  #keepFreeBytes: number;
  #version = 1;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  /** Something changed that no write has brought to the disk. */
  #isDirty = false;
  #isClosed = false;
  #damage: Failure | null = null;
  #failure: Failure | null = null;
  #onLayout: (layout: Layout) => void = () => undefined;

  private constructor(path: string, read: Read) {
    this.#path = path;
    this.#endpoints = read.endpoints;
    this.#layout = read.layout;
    this.#keepFreeBytes = read.keepFreeBytes;
  }

  /**
   * Reads what the last run kept. What cannot be read is set aside beside it, under a name that `notices` tell, and
   * never overwritten; what can be read of it is used.
   */
  static async open(dataFolder: string): Promise<Workspace> {
    const path = join(dataFolder, 'workspace.json');
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      // No file is a first start. Any other reason must not end in writing over it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new Workspace(path, { ...nothing, damaged: false });
    }
    const read = readWorkspace(text);
    const workspace = new Workspace(path, read);
    if (read.damaged) {
      const aside = join(
        dataFolder,
        `workspace.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`,
      );
      await rename(path, aside);
      workspace.#damage = {
        code: 'WORKSPACE_DAMAGED',
        message: 'Some of the saved workspace could not be read.',
        subject: aside,
      };
      workspace.#changed();
    }
    return workspace;
  }

  /** What a person should know: what was set aside, and, while it lasts, why changes are not on the disk. */
  get notices(): Failure[] {
    return [this.#damage, this.#failure].filter((failure) => failure !== null);
  }

  /** Changes with endpoints and settings, not with the layout: a page knows the layout that it saves. */
  get version(): number {
    return this.#version;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  get keepFreeBytes(): number {
    return this.#keepFreeBytes;
  }

  get data(): Omit<WorkspaceData, 'keepFree'> {
    return { version: this.#version, endpoints: this.#endpoints, layout: this.#layout };
  }

  add(id: EndpointId, settings: EndpointSettings): void {
    this.#endpoints = [...this.#endpoints, { id, settings }];
    this.#version++;
    this.#changed();
  }

  change(id: EndpointId, settings: EndpointSettings): void {
    this.#endpoints = this.#endpoints.map((endpoint) => (endpoint.id === id ? { id, settings } : endpoint));
    this.#version++;
    this.#changed();
  }

  remove(id: EndpointId): void {
    this.#endpoints = this.#endpoints.filter((endpoint) => endpoint.id !== id);
    const composers = without(this.#layout.composers, id);
    const hints = without(this.#layout.hints, id);
    const openTabs = this.#layout.openTabs.filter((tab) => tab !== id);
    const activeTab = this.#layout.activeTab === id ? null : this.#layout.activeTab;
    this.#layout = { ...this.#layout, openTabs, activeTab, composers, hints };
    this.#version++;
    this.#changed();
  }

  setKeepFree(bytes: number): void {
    this.#keepFreeBytes = bytes;
    this.#version++;
    this.#changed();
  }

  /** Calls `listener` with the layout now and whenever a page has saved another. */
  watchLayout(listener: (layout: Layout) => void): void {
    this.#onLayout = listener;
    listener(this.#layout);
  }

  saveLayout(layout: Layout): void {
    this.#layout = layout;
    this.#onLayout(layout);
    this.#changed();
  }

  /** Resolves when all that was changed is on disk; rejects with the system's error, and it is tried again. */
  async saved(): Promise<void> {
    this.#stopTimer();
    try {
      await this.#write();
    } catch (error) {
      this.#writeAfter(retryMs);
      throw error;
    }
  }

  /** One last attempt: rejects when what was changed cannot be written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    await this.#write();
  }

  #changed(): void {
    this.#isDirty = true;
    this.#writeAfter(writeDelayMs);
  }

  #writeAfter(ms: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      // Why it failed is among the notices.
      this.saved().catch(() => undefined);
    }, ms);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** One at a time: an older one must not finish last. */
  #write(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeOnce());
    return this.#writing;
  }

  async #writeOnce(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.#replace();
      this.#failure = null;
    } catch (error) {
      this.#isDirty = true;
      const failure = failureOf(error, this.#path);
      this.#failure = { ...failure, code: 'WORKSPACE_UNWRITTEN', subject: this.#path };
      throw new FailureError(failure);
    }
  }

  #replace(): Promise<void> {
    const data = {
      format,
      endpoints: this.#endpoints,
      layout: this.#layout,
      keepFreeBytes: this.#keepFreeBytes,
    };
    return replaceFile(this.#path, `${JSON.stringify(data, null, 2)}\n`);
  }
}

const without = <T>(map: Record<EndpointId, T>, id: EndpointId): Record<EndpointId, T> =>
  Object.fromEntries(Object.entries(map).filter(([one]) => one !== id));

type Read = { endpoints: Endpoint[]; layout: Layout; keepFreeBytes: number; damaged: boolean };
const nothing = { endpoints: [], layout: emptyLayout, keepFreeBytes: usualKeepFreeBytes };

/** Takes each endpoint and the layout on its own, so that one bad part does not cost the others. */
function readWorkspace(text: string): Read {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // Cut short or not ours: the caller sets the file aside.
    return { ...nothing, damaged: true };
  }
  if (!isPlainObject(data) || data.format !== format) return { ...nothing, damaged: true };
  const listed: unknown[] = Array.isArray(data.endpoints) ? data.endpoints : [];
  const seen = new Set<string>();
  const endpoints = listed.flatMap((item) => {
    const result = v.safeParse(endpointSchema, withDefaults(item));
    if (!result.success || seen.has(result.output.id)) return [];
    seen.add(result.output.id);
    return [result.output];
  });
  const layout = v.safeParse(schemas.layout, data.layout);
  // Workspaces of before it could be set have none.
  const keepFree = v.safeParse(v.optional(schemas.keepFreeBytes, usualKeepFreeBytes), data.keepFreeBytes);
  return {
    endpoints,
    layout: layout.success ? layout.output : nothing.layout,
    keepFreeBytes: keepFree.success ? keepFree.output : nothing.keepFreeBytes,
    damaged:
      !Array.isArray(data.endpoints) ||
      endpoints.length !== listed.length ||
      !layout.success ||
      !keepFree.success,
  };
}

const endpointSchema = v.strictObject({ id: schemas.endpointId, settings: schemas.endpointSettings });

/** What an earlier version did not know of yet has its usual value. */
function withDefaults(item: unknown): unknown {
  if (!isPlainObject(item) || !isPlainObject(item.settings)) return item;
  const { settings } = item;
  // The first version had a reply's kind alone.
  const reply =
    typeof settings.reply === 'string' ? { reply: { ...initialOf(replySchema), kind: settings.reply } } : {};
  return { ...item, settings: completed(settingsOf(settings.role), { ...settings, ...reply }) };
}
