/** Finds what belongs to both ends of a packet: by their bytes where it was found lately, so that most packets need no key. */
import { endsOf, type Carried, type End } from './packet.ts';

/** Places of what was found lately: 4096. */
const latelyBits = 12;

export const keyOf = (protocol: string, from: End, to: End): string =>
  `${protocol[0]!}${from.address}${to.address}${String.fromCharCode(from.port, to.port)}`;

/** `ends`: addresses and ports of the packet by which it was found. */
type Found<T> = { key: string; protocol: string; ends: Uint8Array; value: T; isGone: boolean };

export class KnownEnds<T> {
  readonly #found = new Map<string, Found<T>>();
  readonly #lately: (Found<T> | undefined)[] = Array.from({ length: 1 << latelyBits });

  get(carried: Carried): T | undefined {
    const place = placeOf(carried);
    const last = this.#lately[place];
    if (last !== undefined && !last.isGone && isOf(last, carried)) return last.value;
    const { from, to } = endsOf(carried);
    const found = this.#found.get(keyOf(carried.protocol, from, to));
    if (found === undefined) return undefined;
    // Those of the direction that asks.
    found.ends = endBytes(carried);
    this.#lately[place] = found;
    return found.value;
  }

  set(key: string, protocol: string, value: T): void {
    this.delete(key);
    this.#found.set(key, { key, protocol, ends: new Uint8Array(), value, isGone: false });
  }

  delete(key: string): void {
    const found = this.#found.get(key);
    if (found === undefined) return;
    found.isGone = true;
    this.#found.delete(key);
  }

  clear(): void {
    this.#found.clear();
    this.#lately.fill(undefined);
  }
}

const addressBytes = ({ version }: Carried): number => (version === 4 ? 8 : 32);

function endBytes(carried: Carried): Uint8Array {
  const { bytes, addresses, ports } = carried;
  return Buffer.concat([
    bytes.subarray(addresses, addresses + addressBytes(carried)),
    bytes.subarray(ports, ports + 4),
  ]);
}

function placeOf(carried: Carried): number {
  const { bytes, addresses, ports } = carried;
  let hash = 0;
  for (let at = addresses, end = at + addressBytes(carried); at < end; at++)
    hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  for (let at = ports; at < ports + 4; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  // Its upper bits are the best ones.
  return Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b) >>> (32 - latelyBits);
}

function isOf(found: { protocol: string; ends: Uint8Array }, carried: Carried): boolean {
  const { ends } = found;
  const { bytes, addresses, ports } = carried;
  const length = addressBytes(carried);
  if (found.protocol !== carried.protocol || ends.length !== length + 4) return false;
  for (let i = 0; i < length; i++) if (ends[i] !== bytes[addresses + i]) return false;
  for (let i = 0; i < 4; i++) if (ends[length + i] !== bytes[ports + i]) return false;
  return true;
}
