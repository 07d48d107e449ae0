/** Which endpoints ran when the last run ended, however it ended: a page offers to start them again, on the ports that they had. */
import type { EndpointId } from '../../shared/domain.ts';
import { isRunning } from '../../shared/settings/running.ts';
import type { Workspace } from './documents/workspace.ts';
import type { Endpoint } from './endpoint.ts';
import { startEach } from './starting.ts';

/** A process that is killed loses what began to run in this time. */
const lookEveryMs = 1_000;

export class WasRunning {
  readonly #workspace: Workspace;
  readonly #endpoints: () => Iterable<Endpoint>;
  readonly #timer: NodeJS.Timeout;
  /** Of the last run, and neither started since then nor dismissed. */
  #offered: EndpointId[];

  constructor(workspace: Workspace, endpoints: () => Iterable<Endpoint>) {
    this.#workspace = workspace;
    this.#endpoints = endpoints;
    const known = new Set(workspace.endpoints.map(({ id }) => id));
    this.#offered = workspace.running.filter((id) => known.has(id));
    // Nothing waits for it: a quiet engine may end.
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  get offered(): readonly EndpointId[] {
    return this.#offered;
  }

  /** Keeps what runs now; what is offered still counts as what ran. */
  look(): void {
    const running = [...this.#endpoints()].filter(({ summary }) => isRunning(summary.status));
    const ids = running.map(({ id }) => id);
    const all = [...this.#endpoints()].map(({ id }) => id);
    this.#offer(this.#offered.filter((id) => !ids.includes(id) && all.includes(id)));
    this.#workspace.keepRunning([...this.#offered, ...ids], this.#ports());
  }

  forget(): void {
    this.#offer([]);
    this.look();
  }

  /** Starts those of them that were offered; what fails is in their status and log. */
  async startAgain(ids: readonly EndpointId[]): Promise<void> {
    await startEach(
      [...this.#endpoints()].filter(({ id }) => ids.includes(id) && this.#offered.includes(id)),
    );
    this.forget();
  }

  /** Of servers on any free port: the one that each had last. */
  #ports(): Record<EndpointId, number> {
    const had = [...this.#endpoints()].filter(({ lastPort }) => lastPort !== 0);
    return Object.fromEntries(had.map(({ id, lastPort }) => [id, lastPort]));
  }

  /** To be called before the sockets end: what runs then is what ran. */
  close(): void {
    clearInterval(this.#timer);
    this.look();
  }

  #offer(ids: EndpointId[]): void {
    if (ids.length === this.#offered.length) return;
    this.#offered = ids;
    this.#workspace.touch();
  }
}
