/** What can be done with the chosen rows of a log. */
import type { ConnectionInfo } from '../../shared/contract.ts';
import type { EndKind, Target } from '../../shared/domain.ts';
import { textBytes } from '../../shared/drafts.ts';
import { isCleanText } from '../../shared/payload/clean-text.ts';
import { escapeText, formatHex } from '../../shared/payload/format.ts';
import { isPayload } from '../../shared/records.ts';
import { mostSavedBytes, unnamed } from '../../shared/saved-messages.ts';
import { texts } from '../../shared/texts/index.ts';
import { mayTypeTarget } from '../composer/sending.ts';
import { send } from '../composer/send-draft.ts';
import { selectedCount } from '../lib/row-selection.ts';
import type { AppState } from './app.svelte.ts';
import { startOf } from './copy-rows.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogRow } from './log-row.ts';
import type { LogState } from './log.svelte.ts';
import { hexTerm, mostTermBytes } from './filter-terms.ts';
import { loadBytes } from './load-bytes.ts';
import { messagesOf } from './messages.svelte.ts';
import { addRule } from './rule-from-bytes.ts';

/** Of one record that is sent again from here: it is read into the page first. */
const mostAgainBytes = 64 * 1024 * 1024;
/** More than any rule looks for. */
const mostRuleBytes = 64 * 1024;

type Peer = { connection: number; info: ConnectionInfo | null };

export class RecordVerbs {
  readonly app: AppState;
  readonly endpoint: EndpointState;
  readonly log: LogState;
  /** Whose record was chosen last, as the engine knew it then. */
  #peer = $state.raw<Peer | null>(null);

  constructor(app: AppState, endpoint: EndpointState, log: LogState) {
    this.app = app;
    this.endpoint = endpoint;
    this.log = log;
  }

  /** The only chosen record. */
  get only(): LogRow | null {
    return selectedCount(this.log.selection) === 1 ? this.log.chosen : null;
  }

  get count(): number {
    return selectedCount(this.log.selection);
  }

  get isServer(): boolean {
    return this.endpoint.settings.role === 'listener';
  }

  /** Several rows may have some; one that is an event has none. */
  get hasBytes(): boolean {
    const { only, count } = this;
    return only === null ? count > 1 : isPayload(only.kind) && only.length > 0;
  }

  /** Of the only chosen record: it has a peer, which has not ended as far as is known. */
  get mayReply(): boolean {
    const { only } = this;
    if (only === null || only.peer === '') return false;
    const known = this.#peer?.connection === only.connection ? this.#peer : null;
    return known === null || (known.info !== null && known.info.endedAt === null);
  }

  get maySendAgain(): boolean {
    const { only } = this;
    return only !== null && isPayload(only.kind) && !this.endpoint.composer.isBusy;
  }

  get mayMakeRule(): boolean {
    return this.isServer && this.only?.kind === 'received' && this.only.length > 0;
  }

  /** Before a menu tells what is possible. */
  async lookUp(): Promise<ConnectionInfo | null> {
    const { only } = this;
    if (only === null || only.peer === '') return null;
    const { connection } = only;
    const info = await this.app.attempt(() => this.app.engine.connection(this.endpoint.id, { connection }));
    this.#peer = { connection, info };
    return info;
  }

  /** The keys are in the message at once: what is typed next is none of the log's letters. */
  async reply(): Promise<void> {
    this.app.run('focus-message');
    await this.#aim();
  }

  /** Messages go to the record's peer from now on; null where that is not possible, which is then told. */
  async #aim(): Promise<Target | null> {
    const { endpoint, app } = this;
    const peer = await this.lookUp();
    if (peer === null || peer.endedAt !== null) {
      app.toast(this.isServer ? texts.verbs.peerGone : texts.verbs.notOpen);
      return null;
    }
    if (this.isServer) {
      endpoint.aimAtPeer(peer.id);
      return [peer.id];
    }
    // A UDP client hears from strangers, too.
    if (!mayTypeTarget(endpoint) || peer.remote === null || !('host' in peer.remote)) return 'all';
    const { host, port } = peer.remote;
    endpoint.aim = 'typed';
    endpoint.typedTarget = { host, port };
    return endpoint.typedTarget;
  }

  async edit(): Promise<void> {
    const { only } = this;
    const found = await this.log.readSelected();
    if (!found) return;
    const name = only === null ? texts.verbs.ofRecords(found.records) : texts.verbs.ofRecord(only.sequence);
    loadBytes(this.app, this.endpoint, found.bytes, name, found.isPart);
  }

  /** Asks under which name its bytes are kept. */
  async save(): Promise<void> {
    const found = await this.log.readSelected();
    if (!found) return;
    const { bytes, isPart } = found;
    const text = isCleanText(bytes) ? escapeText(bytes) : null;
    const written = text ?? formatHex(bytes);
    if (isPart || textBytes(written) > mostSavedBytes)
      return this.app.toast(texts.messages.tooLongToSave(mostSavedBytes));
    const mode = text === null ? 'hex' : 'text';
    messagesOf(this.app).saving = unnamed({ mode, text: written, lineEnd: 'none' });
  }

  async sendAgain(): Promise<void> {
    const { only, app, endpoint } = this;
    if (only === null) return;
    const bytes = await this.#bytesOf(only, mostAgainBytes);
    if (bytes === null) return;
    const target = await this.#aim();
    if (target !== null)
      await send(
        app,
        endpoint,
        bytes,
        target,
        texts.messages.nobodyTook(texts.verbs.ofRecord(only.sequence)),
      );
  }

  async makeRule(): Promise<void> {
    const { only } = this;
    if (only === null) return;
    const bytes = await this.#bytesOf(only, mostRuleBytes);
    if (bytes !== null) addRule(this.app, this.endpoint, bytes);
  }

  async end(how: EndKind): Promise<void> {
    const peer = await this.lookUp();
    if (peer === null || peer.endedAt !== null) return;
    await this.app.attempt(() => this.app.engine.endConnections(this.endpoint.id, [peer.id], how));
  }

  showConnection(): void {
    if (this.only !== null) void this.endpoint.showOnly(this.only.connection);
  }

  async filterByBytes(isExcluded: boolean): Promise<void> {
    const { only } = this;
    if (only === null) return;
    const length = Math.min(only.length, mostTermBytes);
    const bytes = await this.app.attempt(() =>
      startOf({ engine: this.app.engine, endpoint: this.endpoint.id }, only, length),
    );
    if (bytes) this.log.filterBy(hexTerm(bytes, isExcluded));
  }

  async #bytesOf(row: LogRow, most: number): Promise<Uint8Array | null> {
    if (row.length > most) {
      this.app.toast(texts.verbs.tooLong(most));
      return null;
    }
    const source = { engine: this.app.engine, endpoint: this.endpoint.id };
    return this.app.attempt(() => startOf(source, row, row.length));
  }
}
