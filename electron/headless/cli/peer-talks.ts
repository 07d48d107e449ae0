/** What `listen` sends to each peer, from when it comes. */
import { texts } from '../../../shared/texts/index.ts';
import { inWords } from '../../../shared/texts/index.ts';
import type { Capabilities } from '../../../shared/settings/transports.ts';
import type { ListenerSocket } from '../../engine/net/endpoint-socket.ts';
import type { HandlerOf } from '../../engine/net/handler.ts';
import { Talks, type Saying } from '../../engine/repeat/talks.ts';
import { tell } from '../terminal.ts';
import { onEachPeer } from './each-peer.ts';
import { ownerOf } from './repeating.ts';
import type { Session } from './session.ts';

export class PeerTalks {
  readonly #sayings: readonly Saying[];
  readonly #session: Session;
  readonly #transport: Capabilities;
  #talks: Talks | null = null;

  constructor(sayings: readonly Saying[], session: Session, transport: Capabilities) {
    this.#sayings = sayings;
    this.#session = session;
    this.#transport = transport;
  }

  /** Each peer is told all of it, whatever else is done with what it sends. */
  onEach(handlerOf: HandlerOf, listener: () => ListenerSocket): HandlerOf {
    if (this.#sayings.length === 0) return handlerOf;
    return onEachPeer(handlerOf, (connection) => void this.#begin(listener(), connection));
  }

  stop(): void {
    this.#talks?.stop();
  }

  /** How often what is repeated was sent; to be called when nothing waits any more. */
  saySum(): void {
    const isRepeated = this.#sayings.some(({ repeat }) => repeat !== null);
    if (this.#talks === null || !isRepeated) return;
    tell(
      `${texts.commandLine.repeated({ ...this.#talks.said, times: null, perSecond: null, lateP99Ms: null })}\n`,
    );
  }

  async #begin(client: ListenerSocket, connection: number): Promise<void> {
    const { recorder, folder, endings } = this.#session;
    const sockets = { recorder, capture: folder.capture, client, transport: this.#transport };
    this.#talks ??= new Talks(ownerOf(sockets), this.#sayings);
    const info = client.connections.find({ connection });
    if (info === null) return;
    const end = await this.#talks.begin(info.id);
    if (end !== 'failure') return;
    const { notTaken, repeatFailed } = texts.commandLine;
    const { failure } = this.#talks;
    this.#session.fail(failure === null ? repeatFailed : notTaken(inWords(failure).message));
    endings.end({ kind: 'input' });
  }
}
