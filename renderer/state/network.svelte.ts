import { failureOf, type Failure } from '../../shared/failure.ts';
import type { NameAnswer, NetworkFacts } from '../../shared/network-facts.ts';
import type { AppState } from './app.svelte.ts';

/** The facts as they were when last asked for, and the newest name. */
export class NetworkState {
  facts = $state.raw<NetworkFacts | null>(null);
  /** When they were asked for, by the wall clock. */
  askedAt = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  names = $state.raw<{ host: string; answers: NameAnswer[] } | null>(null);
  isAsking = $state(false);
  readonly #app: AppState;
  #asked = 0;
  #host = '';

  constructor(app: AppState) {
    this.#app = app;
  }

  async refresh(): Promise<void> {
    try {
      const askedAt = Date.now();
      this.facts = await this.#app.engine.networkFacts();
      this.askedAt = askedAt;
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** The newest question's answer counts, whichever comes last. */
  async ask(host: string): Promise<void> {
    const asked = ++this.#asked;
    this.#host = host;
    this.isAsking = true;
    const answers = await this.#app.attempt(() => this.#app.engine.resolveName(host));
    if (asked !== this.#asked) return;
    this.isAsking = false;
    if (answers) this.names = { host, answers };
  }

  /** For the newest name, where there is one. */
  askAgain(): void {
    if (this.#host !== '') void this.ask(this.#host);
  }
}

/** Kept while the window is: its tab comes to the front and goes again. */
const kept = new WeakMap<AppState, NetworkState>();

export function networkOf(app: AppState): NetworkState {
  const known = kept.get(app) ?? new NetworkState(app);
  kept.set(app, known);
  return known;
}
