/** The hosts that a capture and its endpoint know, each with another one that stands for it. */
import { isIP } from 'node:net';
import type { RecordDetail } from '../../../../shared/records.ts';
import type { EndpointSettings } from '../../../../shared/settings/settings.ts';

/** Of every machine, or of none. */
const open: ReadonlySet<string> = new Set(['', '0.0.0.0', '::', 'localhost']);

export class Hosts {
  readonly #others = new Map<string, string>();
  /** A name of a peer, and its host. */
  readonly names: ReadonlyMap<string, string>;

  constructor(settings: EndpointSettings) {
    const { peerNames = [] } = settings as { peerNames?: readonly { address: string; name: string }[] };
    this.names = new Map(peerNames.map(({ address, name }) => [name.toLowerCase(), hostIn(address)]));
  }

  get known(): ReadonlySet<string> {
    return new Set(this.#others.keys());
  }

  add(host: string): void {
    for (const one of new Set([host, withoutZone(host)]))
      if (!open.has(one) && !this.#others.has(one)) this.#others.set(one, '');
  }

  addFrom(settings: EndpointSettings): void {
    this.#walk(settings);
    for (const host of this.names.values()) this.add(host);
  }

  /** Of an event. */
  addIn(detail: RecordDetail): void {
    this.#walk(detail);
    if (detail.kind === 'resolved') for (const host of detail.addresses) this.add(host);
  }

  /** What stands for it; itself where it is none of these. */
  of(host: string): string {
    const other = this.#others.get(host);
    if (other === undefined) return host;
    if (other !== '') return other;
    const made = this.#free(host);
    this.#others.set(host, made);
    return made;
  }

  /** None that is a real one here. Documentation addresses (RFC 5737, RFC 3849) and names (RFC 2606) while they last. */
  #free(host: string): string {
    const used = new Set(this.#others.values());
    for (let number = 1; ; number++) {
      const made = substitute(host, number);
      if (!this.#others.has(made) && !used.has(made)) return made;
    }
  }

  #walk(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') this.#walk(inner);
      else if (hostKeys.has(key)) this.add(hostIn(inner));
    }
  }
}

const hostKeys: ReadonlySet<string> = new Set([
  ...[
    'host',
    'localHost',
    'path',
    'address',
    'servername',
    'proxy',
    'target',
    'group',
    'source',
    'interfaceAddress',
  ],
]);

const withoutZone = (host: string): string => host.replace(/%.*$/, '');

/** Of `host`, `host:port`, `[::1]:port` or a URL. */
function hostIn(text: string): string {
  const place = text.replace(/^[a-z][\w+.-]*:\/\//i, '').replace(/^[^@/]*@/, '');
  if (isIP(withoutZone(place)) !== 0 || place.startsWith('/')) return place;
  return /^\[(.*)\]/.exec(place)?.[1] ?? place.replace(/:\d+$/, '');
}

const documentation = ['192.0.2', '198.51.100', '203.0.113'];

function substitute(host: string, number: number): string {
  if (isIP(host) === 4) {
    const [net, last] = [Math.floor((number - 1) / 254), ((number - 1) % 254) + 1];
    // Beyond them, what no machine has.
    return net < 3 ? `${documentation[net]}.${last}` : `240.${(net >> 8) & 255}.${net & 255}.${last}`;
  }
  if (host.includes(':')) return `2001:db8::${number.toString(16)}`;
  return host.includes('/') ? `/removed/${number}` : `host-${number}.invalid`;
}
