import { failureOf, type Failure } from '../../shared/failure.ts';
import type { Finding } from '../../shared/network-facts.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** The same failure again so soon, as of a client that connects again and again, is not looked into anew. */
const freshMs = 15_000;
/** Most answers come at once: only what takes longer is said to be under way. */
const quietMs = 300;

/** What was found out about an endpoint's failure. */
export class DiagnosisState {
  findings = $state.raw<Finding[]>([]);
  /** The engine has been looking for a while. */
  isLooking = $state(false);
  readonly #app: AppState;
  readonly #endpoint: EndpointState;
  #asked = '';
  #askedAt = -Infinity;
  #run = 0;

  constructor(app: AppState, endpoint: EndpointState) {
    this.#app = app;
    this.#endpoint = endpoint;
  }

  /** Asks once for each failure of the endpoint as it is set up; `anew`: whatever is known. */
  async look({ code, message, subject }: Failure, anew = false): Promise<void> {
    const asked = JSON.stringify([code, message, subject, this.#endpoint.settings]);
    const isFresh = performance.now() - this.#askedAt < freshMs;
    if (!anew && asked === this.#asked && isFresh) return;
    this.#asked = asked;
    this.#askedAt = performance.now();
    const run = ++this.#run;
    if (!anew) this.findings = [];
    const timer = setTimeout(() => (this.isLooking = run === this.#run), quietMs);
    const findings = await this.#ask();
    clearTimeout(timer);
    if (run !== this.#run) return;
    this.findings = findings;
    this.isLooking = false;
  }

  async #ask(): Promise<Finding[]> {
    try {
      return (await this.#app.engine.diagnose(this.#endpoint.id)).findings;
    } catch (thrown) {
      // Of the failure itself the explanation above tells; that no more is known must not cover it.
      if (failureOf(thrown).code === 'CHANNEL_CLOSED') this.#asked = '';
      return [];
    }
  }
}

/** Kept while the endpoint is: its pane comes and goes with its tab, and with each attempt of a client. */
const kept = new WeakMap<EndpointState, DiagnosisState>();

export function diagnosisOf(app: AppState, endpoint: EndpointState): DiagnosisState {
  const known = kept.get(endpoint) ?? new DiagnosisState(app, endpoint);
  kept.set(endpoint, known);
  return known;
}
