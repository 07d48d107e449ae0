import { longText } from '../../shared/message-reading.ts';
import { failureOf, FailureError } from '../../shared/failure.ts';
import type { Preferences } from '../../shared/layout.ts';
import type { Desk } from './desk.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** The first change is saved at once, and further ones this often: a page may go at any moment, without a word. */
const savePaceMs = 400;
/** A long draft crosses as a whole, which takes as long as many keys: once nobody types, or after so long. */
const longPauseMs = 2_000;
const longestWaitMs = 20_000;
const notKept = 'DRAFT_NOT_KEPT';

/** What the engine keeps of this page; an endpoint stands for its draft. */
type Kept = 'preferences' | 'layout' | EndpointState;
/** `attached`: before the engine answered for the first time, nothing here is newer than what it has. */
type Page = Desk & { readonly attached: boolean; readonly preferences: Preferences };

/** Saves what waits together, when `due` says: milliseconds from now, given since when it waits and when it was saved. */
class Pace {
  readonly #due: (since: number, savedAt: number) => number;
  readonly #save: (unsaved: readonly Kept[]) => Promise<void>;
  /** What the engine is to keep, and does not have yet. */
  #unsaved: readonly Kept[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since = 0;
  #savedAt = -Infinity;

  constructor(
    due: (since: number, savedAt: number) => number,
    save: (unsaved: readonly Kept[]) => Promise<void>,
  ) {
    [this.#due, this.#save] = [due, save];
  }

  soon(what: Kept): void {
    this.later(what);
    if (this.#timer === undefined) this.#since = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), Math.max(0, this.#due(this.#since, this.#savedAt)));
  }

  /** With the next that is to be saved. */
  later(what: Kept): void {
    this.#unsaved = [...this.#unsaved.filter((each) => each !== what), what];
  }

  /** What waits is saved at once. */
  now(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#savedAt = performance.now();
    const unsaved = this.#unsaved;
    this.#unsaved = [];
    void this.#save(unsaved);
  }
}

/** Takes to the engine what it keeps of this page. */
export class Keeping {
  readonly #page: Page;
  /** Whose draft is not kept, which was said. */
  readonly #unkept = new WeakSet<EndpointState>();
  readonly #usual = new Pace(
    (_, savedAt) => savedAt + savePaceMs - performance.now(),
    (unsaved) => this.#save(unsaved),
  );
  readonly #long = new Pace(
    (since) => Math.min(longPauseMs, since + longestWaitMs - performance.now()),
    (unsaved) => this.#save(unsaved),
  );

  constructor(page: Page) {
    this.#page = page;
  }

  soon(what: Kept): void {
    const isLong = typeof what === 'object' && what.composer.draft.length > longText;
    (isLong ? this.#long : this.#usual).soon(what);
  }

  /** What waits is saved at once. */
  now(): void {
    this.#usual.now();
    this.#long.now();
  }

  async #save(unsaved: readonly Kept[]): Promise<void> {
    if (!this.#page.attached) return unsaved.forEach((what) => this.#usual.later(what));
    // At the same time: a page that goes does not get to a second one.
    await Promise.all(unsaved.map((what) => this.#saveOne(what)));
  }

  async #saveOne(what: Kept): Promise<void> {
    try {
      if (what === 'preferences') await this.#page.engine.savePreferences(this.#page.preferences);
      else if (what === 'layout') await this.#page.engine.saveLayout(this.#page.layout);
      else await this.#saveDraft(what);
    } catch (thrown) {
      // Without a connection it stays in this page, and the next change saves it; the banner tells of the loss.
      if (failureOf(thrown).code === 'CHANNEL_CLOSED') this.#usual.later(what);
      else this.#page.toast(failureOf(thrown));
    }
  }

  /** Says once when what is written in a tab is more than is kept, until it is kept again. */
  async #saveDraft(endpoint: EndpointState): Promise<void> {
    const { draft, isWhole } = endpoint.composer.kept;
    try {
      await this.#page.engine.saveDraft(endpoint.id, draft);
      if (!isWhole) throw new FailureError({ code: notKept, message: '', subject: '' });
      this.#unkept.delete(endpoint);
    } catch (thrown) {
      if (failureOf(thrown).code !== notKept) throw thrown;
      if (!this.#unkept.has(endpoint)) this.#page.toast(failureOf(thrown));
      this.#unkept.add(endpoint);
    }
  }
}
