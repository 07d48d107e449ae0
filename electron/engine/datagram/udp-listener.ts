/** A UDP server: a bound socket that answers whoever sends to it. */
import { failed, failureOf } from '../../../shared/failure.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import type { Recorder } from '../capture/recorder.ts';
import { lacksIpv6 } from '../net/address.ts';
import type { HandlerOf } from '../net/handler.ts';
import { ListenerLife, type ListenerStatus, type Start } from '../net/listener-life.ts';
import { addressesOf } from '../net/resolve.ts';
import { tellsDrops } from './kernel-drops.ts';
import { UdpPeers, type PeersOptions } from './peers.ts';
import { UdpRun } from './udp-run.ts';

export class UdpListener extends ListenerLife<UdpRun, UdpPeers> {
  /** Of sockets that were closed. */
  #lostBefore: number | null = tellsDrops ? 0 : null;
  readonly #handlerOf: HandlerOf;

  /** `handlerOf`: for the peers of each run; default: nothing is done with what they send. */
  constructor(recorder: Recorder, options: PeersOptions & { handlerOf?: HandlerOf } = {}) {
    super(new UdpPeers(recorder, options));
    this.#handlerOf = options.handlerOf ?? (() => null);
  }

  get status(): ListenerStatus {
    // Whoever can send is heard.
    return { ...this.commonStatus, refused: 0, udp: this.run?.facts ?? null };
  }

  get openSockets(): number {
    return this.run === null ? 0 : 1;
  }

  /** Of all sockets of this endpoint since the program started; null where the system does not tell. */
  get lost(): number | null {
    return lostIn(this.#lostBefore, this.run);
  }

  /** Options, groups and replies of the running socket; the address counts from the next start. */
  change({ udp, reply, encodings }: ListenerSettings): void {
    const { current, run } = this;
    if (current === null) return;
    const { settings } = current;
    const isAnsweredAnew =
      JSON.stringify(reply) !== JSON.stringify(settings.reply) ||
      (reply.kind === 'rules' && encodings.received !== settings.encodings.received);
    // What is not bound yet is bound as it was asked for, and has the options of now.
    current.settings = { ...settings, udp, reply, encodings };
    run?.socket.apply(udp);
    if (isAnsweredAnew) this.connections.changeHandler(this.#handlerOf(current.settings));
    this.connections.version++;
  }

  /** '' as host hears both families, or IPv4 alone where there is no IPv6. REUSEPORT_UNSUPPORTED; what a name lookup says. */
  protected async bind(start: Start): Promise<UdpRun> {
    const { host } = start.settings;
    const record = this.record.bind(this);
    const [local] = host === '' ? [''] : await addressesOf(host, { record });
    start.requireWanted();
    const binding = this.#bindTo(start.settings, local!);
    // Why it could not be bound is no news any more.
    start.letGo = () => binding.catch(() => undefined).then((run) => run?.discard());
    return binding;
  }

  protected discard(run: UdpRun): Promise<void> {
    return run.discard();
  }

  protected begin(run: UdpRun, settings: ListenerSettings): void {
    const { udp, options } = settings;
    const handler = this.#handlerOf(settings);
    run.begin({ udp, handler, highWaterBytes: options.highWaterBytes, remote: null });
  }

  /** Queued datagrams leave first. Ten thousand peers of a socket have no ends of their own that could tell what did not. */
  protected async close(run: UdpRun): Promise<void> {
    const length = await run.close();
    this.#lostBefore = lostIn(this.#lostBefore, run);
    if (length === 0) return;
    this.record({ kind: 'note', note: 'datagram-failed', ...failed('CANCELLED'), length });
  }

  /** Datagrams wait in the receive buffer. */
  protected backlogOf(): number {
    return 0;
  }

  async #bindTo({ port, options, udp }: ListenerSettings, host: string): Promise<UdpRun> {
    const { ipv6Only, reusePort } = options;
    const { reuseAddress } = udp;
    const bind = (local: string): Promise<UdpRun> =>
      UdpRun.bind(this.connections, { host: local, port, ipv6Only, reusePort, reuseAddress });
    try {
      return await bind(host || '::');
    } catch (error) {
      if (host !== '' || ipv6Only || !lacksIpv6(failureOf(error).code)) throw asListening(error);
    }
    return bind('0.0.0.0').catch((error: unknown) => {
      throw asListening(error);
    });
  }
}

/** Null as soon as one part is not known: a sum of some is no count. */
export const lostIn = (before: number | null, run: UdpRun | null): number | null => {
  if (before === null || run === null) return before;
  return run.lost === null ? null : before + run.lost;
};

/** A server's bind is called `listen` in messages, a client's `bind`: the words for people depend on it. */
function asListening(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.message = error.message.replace(/^bind (?=E)/, 'listen ');
  return error;
}
