/** Names of receivers, asked once in a while: a datagram a second to one name is not a query a second. */
import { isIP } from 'node:net';
import { FailureError } from '../../../shared/failure.ts';
import { monotonic } from '../clock.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { addressesOf, type Lookup, type Resolved } from '../net/resolve.ts';
import type { UdpFamily } from './wire-address.ts';

/** As long as an answer is used again. Shorter than most servers allow, so that a change is soon seen. */
const keptMs = 30_000;
const mostKept = 256;

/** The first address of `addresses` that a socket of this family can send to; '' where there is none. */
export const usable = (addresses: readonly string[], family: UdpFamily): string =>
  addresses.find((address) => family === 'udp6' || isIP(address) === 4) ?? '';

/** `code`: EAFNOSUPPORT, or EADDRNOTAVAIL where the local address has the wrong family. */
export function unusable(host: string, code: string): FailureError {
  return new FailureError({ code, subject: host });
}

export class Names {
  readonly #recorder: Recorder;
  readonly #lookup: Lookup | undefined;
  readonly #answers = new Map<string, { at: number; address: Promise<string> }>();

  constructor(recorder: Recorder, lookup?: Lookup) {
    this.#recorder = recorder;
    this.#lookup = lookup;
  }

  /** A literal address for a name. Rejects with ENOTFOUND and the like, or EAFNOSUPPORT when no address fits `family`. */
  addressOf(host: string, family: UdpFamily): Promise<string> {
    const key = `${family} ${host.toLowerCase()}`;
    const known = this.#answers.get(key);
    if (known !== undefined && monotonic() - known.at < keptMs) return known.address;
    if (this.#answers.size >= mostKept) this.#answers.clear();
    const address = this.#resolve(host, family);
    this.#answers.set(key, { at: monotonic(), address });
    // A failure is no answer: the next datagram asks again.
    address.catch(() => this.#answers.delete(key));
    return address;
  }

  async #resolve(host: string, family: UdpFamily): Promise<string> {
    const record = (resolved: Resolved): void => void this.#recorder.recordDetail(noStream, resolved);
    const address = usable(await addressesOf(host, { lookup: this.#lookup, record }), family);
    if (address === '') throw unusable(host, 'EAFNOSUPPORT');
    return address;
  }
}
