/** What can be done with one peer, and with all of them. */
import { connectionOrders, type ConnectionInfo } from '../../shared/contract.ts';
import type { ConnectionId, EndKind, Target } from '../../shared/domain.ts';
import { commonEncodings } from '../../shared/encodings/encodings.ts';
import { encodingOf, hasOwnEncoding } from '../../shared/encodings/shown.ts';
import { nameKeyOf } from '../../shared/peer-names.ts';
import { texts } from '../../shared/texts/index.ts';
import { inGroups, type MenuItem } from '../components/menu-item.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { diagrams } from '../state/diagram-part.ts';
import { showOwn } from '../state/text-encodings.ts';
import { endItem } from './end-menu.ts';

export class PeerActions {
  readonly #app: AppState;
  readonly #endpoint: EndpointState;

  constructor(app: AppState, endpoint: EndpointState) {
    this.#app = app;
    this.#endpoint = endpoint;
  }

  /** The selected ones, else all. */
  get chosen(): Target {
    const { selectedPeers } = this.#endpoint;
    return selectedPeers.size > 0 ? [...selectedPeers] : 'all';
  }

  end(target: Target, how: EndKind): void {
    void this.#app.attempt(() => this.#app.engine.endConnections(this.#endpoint.id, target, how));
  }

  /** Whoever is ended here leaves the selection; who ends by itself stays in it, so that its message goes to no other. */
  endSelected(how: EndKind): void {
    const { selectedPeers } = this.#endpoint;
    this.end([...selectedPeers], how);
    if (how !== 'finish') selectedPeers.clear();
  }

  setReading(target: Target, reading: boolean): void {
    void this.#app.attempt(() => this.#app.engine.setReading(this.#endpoint.id, target, reading));
  }

  /** Ended ones are off the list, and the log keeps their records. */
  forgetEnded(): void {
    void this.#app.attempt(() => this.#app.engine.forgetEnded(this.#endpoint.id));
  }

  async #endOthers(id: number): Promise<void> {
    const { peers, summary } = this.#endpoint;
    const ids = await this.#app.attempt(() => peers.idsOfOpen(0, summary?.openConnections ?? 0, true));
    if (ids)
      this.end(
        ids.filter((other) => other !== id),
        'close',
      );
  }

  /** Of the selected ones, or of all. */
  ofHead(): MenuItem[] {
    const { peers, capabilities, selectedPeers, summary } = this.#endpoint;
    const words = texts.peers;
    const order = connectionOrders.map((order, at) => ({
      label: words.orders[order],
      ...(at === 0 ? { heading: words.order } : {}),
      checked: peers.query.order === order,
      run: () => (peers.query = { ...peers.query, order }),
    }));
    const { chosen } = this;
    const about = selectedPeers.size > 0 ? words.ofSelected(selectedPeers.size) : words.ofAll;
    const reading: MenuItem[] = capabilities.canPause
      ? [
          { ...words.stopReading, run: () => this.setReading(chosen, false) },
          { ...words.readAgain, run: () => this.setReading(chosen, true) },
        ]
      : [];
    const end = endItem(capabilities.hasConnections, (how) =>
      selectedPeers.size > 0 ? this.endSelected(how) : this.end('all', how),
    );
    const disabled = !summary?.openConnections;
    const work = [...reading, end].map((item, at) => ({
      ...item,
      disabled,
      ...(at === 0 ? { heading: about } : {}),
    }));
    return [...order, ...work];
  }

  ofPeer(peer: ConnectionInfo, name: () => void): MenuItem[] {
    const { shownConnection, capabilities, settings, summary } = this.#endpoint;
    const only = shownConnection === peer.connection;
    const words = texts.peers;
    const show = {
      label: only ? words.showAll : words.showOnly,
      run: () => void this.#endpoint.showOnly(only ? null : peer.connection),
    };
    const mayName = peer.remote !== null && nameKeyOf(settings, peer.remote) !== null;
    const naming = mayName ? [{ label: words.giveName, shortcut: 'F2', run: name }] : [];
    const drawn = {
      label: texts.diagram.title,
      run: () =>
        void diagrams.want().then(
          (part) => part.openDiagram(this.#app, this.#endpoint, [peer.connection]),
          () => undefined,
        ),
    };
    const shown = [show, drawn, ...naming, this.#textAs(peer.connection)];
    if (peer.endedAt !== null) return shown;
    const { isReading, id } = peer;
    const reading = {
      ...(isReading ? words.stopReading : words.readAgain),
      run: () => this.setReading([id], !isReading),
    };
    const others = {
      ...(capabilities.hasConnections ? words.endOthers : words.forgetOthers),
      danger: true,
      run: () => void this.#endOthers(id),
    };
    return inGroups([{ label: words.reply, run: () => this.#reply(id) }], shown, [
      ...(capabilities.canPause ? [reading] : []),
      endItem(capabilities.hasConnections, (how) => this.end([id], how)),
      ...((summary?.openConnections ?? 0) > 1 ? [others] : []),
    ]);
  }

  /** Both ways: one conversation is in one encoding. */
  #textAs(connection: number): MenuItem {
    const endpoint = this.#endpoint;
    const { encodings } = endpoint.settings;
    const words = texts.encoding;
    const received = encodingOf(encodings, connection, 'received');
    const isOwn = (['sent', 'received'] as const).some((way) => hasOwnEncoding(encodings, connection, way));
    const others = [...new Set([encodings.received, encodings.sent])].map((id) => texts.encodings[id]);
    const set = (encoding: Parameters<typeof showOwn>[3]) => () =>
      showOwn(this.#app, endpoint, connection, encoding);
    const chosen = isOwn && !(commonEncodings as readonly string[]).includes(received) ? [received] : [];
    const each = [...commonEncodings, ...chosen].map((id) => ({
      label: texts.encodings[id],
      checked: isOwn && received === id,
      run: set(id),
    }));
    const asOthers = { label: words.asOthers(others.join(', ')), checked: !isOwn, run: set(null) };
    return { label: words.ofPeer, items: inGroups([asOthers], each) };
  }

  #reply(id: ConnectionId): void {
    this.#endpoint.aimAtPeer(id);
    this.#app.run('focus-message');
  }
}
