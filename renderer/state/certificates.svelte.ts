import type { StoredCertificate } from '../../shared/certificates.ts';
import type { AppState } from './app.svelte.ts';

/** The stored certificates, as of the newest `fetch`: panels ask when they open, and after they changed something. */
export class CertificatesState {
  list = $state.raw<StoredCertificate[]>([]);
  /** False until the engine answered for the first time: until then nothing is known to be missing. */
  isKnown = $state(false);
  readonly identities = $derived(this.list.filter(({ kind }) => kind === 'identity'));
  readonly authorities = $derived(this.list.filter(({ kind, id }) => kind === 'authority' && id !== 'local'));
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  async fetch(): Promise<void> {
    const list = await this.#app.attempt(() => this.#app.engine.certificates());
    if (list === null) return;
    this.list = list;
    this.isKnown = true;
  }

  find(id: string): StoredCertificate | undefined {
    return this.list.find((each) => each.id === id);
  }
}
