/** Starting a listener as soon as nobody else has its address: it is tried now and then, which costs next to nothing. */
import type { Address } from '../../shared/address.ts';
import type { ListenerSettings } from '../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import { failureOf } from '../../shared/failure.ts';
import { noStream, type Recorder } from './capture/recorder.ts';
import { addressOf } from './net/address.ts';
import { shownPath, unixAddress } from './net/unix-path.ts';

/** Soon enough for whoever waits for it, and rare enough for a server that is asked each time (a Unix socket's). */
const tryEveryMs = 500;

export type WaitEvents = {
  /** Listens, or rejects: EADDRINUSE means that the wait goes on. */
  start(): Promise<void>;
  /** Called once, when it listens or failed; not after `end`. */
  onOver(): void;
};

export class WaitForAddress {
  #settings: ListenerSettings;
  #recorder: Recorder;
  #events: WaitEvents;
  #timer: NodeJS.Timeout | null = null;
  #isNoted = false;
  #isOver = false;

  /** Tries at once; only when the address is taken there is a note. */
  constructor(settings: ListenerSettings, recorder: Recorder, events: WaitEvents) {
    this.#settings = settings;
    this.#recorder = recorder;
    this.#events = events;
    void this.#try();
  }

  /** Gives up; a start that is under way is for the caller to stop. */
  end(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** After the log was cleared: says again what is waited for. */
  carry(): void {
    if (this.#isNoted) this.#note();
  }

  async #try(): Promise<void> {
    const isTaken = await this.#events.start().then(
      () => false,
      (error: unknown) => failureOf(error).code === 'EADDRINUSE',
    );
    if (this.#isOver) return;
    if (!isTaken) {
      this.#isOver = true;
      return this.#events.onOver();
    }
    if (!this.#isNoted) this.#note();
    this.#timer = setTimeout(() => void this.#try(), tryEveryMs);
  }

  #note(): void {
    this.#isNoted = true;
    const local = wantedAddress(this.#settings);
    this.#recorder.recordDetail(noStream, { kind: 'note', note: 'waiting-for-port', local });
  }
}

function wantedAddress(settings: ListenerSettings): Address {
  const { path, host, port } = settings;
  return capabilitiesOf(settings).hasPath ? unixAddress(shownPath(path)) : addressOf(host || '::', port);
}
