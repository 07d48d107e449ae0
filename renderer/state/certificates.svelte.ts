import type { StoredCertificate } from '../../shared/certificates.ts';
import type { Desk } from './desk.ts';

/** The stored certificates, as of the newest `fetch`: panels ask when they open, and after they changed something. */
export class CertificatesState {
  list = $state.raw<StoredCertificate[]>([]);
  /** False until the engine answered for the first time: until then nothing is known to be missing. */
  isKnown = $state(false);
  readonly identities = $derived(this.list.filter(({ kind }) => kind === 'identity'));
  readonly authorities = $derived(this.list.filter(({ kind, id }) => kind === 'authority' && id !== 'local'));
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async fetch(): Promise<void> {
    const list = await this.#desk.attempt(() => this.#desk.engine.certificates());
    if (list === null) return;
    this.list = list;
    this.isKnown = true;
  }

  find(id: string): StoredCertificate | undefined {
    return this.list.find((each) => each.id === id);
  }
}
