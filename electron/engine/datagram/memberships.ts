/** The multicast groups of one socket: joined and left as the settings say, each with its note. */
import type { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { factsOf, failureOf, FailureError } from '../../../shared/failure.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { MulticastGroup } from '../../../shared/settings/settings.ts';

type Note = Extract<RecordDetail, { kind: 'note' }>;

const keyOf = ({ group, interfaceAddress, source }: MulticastGroup): string =>
  `${group} ${interfaceAddress} ${source}`.toLowerCase();

export class Memberships {
  readonly #socket: Socket;
  readonly #note: (note: Note) => void;
  readonly #joined = new Map<string, MulticastGroup>();
  #wanted = new Set<string>();

  constructor(socket: Socket, note: (note: Note) => void) {
    this.#socket = socket;
    this.#note = note;
  }

  /** Leaves what is not in `groups` any more and joins what is new in it; what failed before is not tried again. */
  apply(groups: readonly MulticastGroup[]): void {
    const wanted = new Map(groups.map((group) => [keyOf(group), group]));
    for (const [key, group] of [...this.#joined]) if (!wanted.has(key)) this.#leave(key, group);
    for (const [key, group] of wanted) if (!this.#wanted.has(key)) this.#join(key, group);
    this.#wanted = new Set(wanted.keys());
  }

  #join(key: string, group: MulticastGroup): void {
    const ok = this.#change(group, ({ group: address, interfaceAddress, source }) => {
      const where = interfaceAddress || undefined;
      if (source === '') this.#socket.addMembership(address, where);
      else this.#socket.addSourceSpecificMembership(source, address, where);
    });
    if (!ok) return;
    this.#joined.set(key, group);
    this.#note({ kind: 'note', note: 'joined', ...group });
  }

  #leave(key: string, group: MulticastGroup): void {
    this.#joined.delete(key);
    const ok = this.#change(group, ({ group: address, interfaceAddress, source }) => {
      const where = interfaceAddress || undefined;
      if (source === '') this.#socket.dropMembership(address, where);
      else this.#socket.dropSourceSpecificMembership(source, address, where);
    });
    if (ok) this.#note({ kind: 'note', note: 'left', ...group });
  }

  /** node:dgram throws here: EADDRINUSE = already joined, ENODEV = no such interface, EADDRNOTAVAIL, EINVAL. */
  #change(group: MulticastGroup, act: (group: MulticastGroup) => void): boolean {
    try {
      requireInterface(group.interfaceAddress);
      act(group);
      return true;
    } catch (error) {
      this.#note({ kind: 'note', note: 'group-failed', group: group.group, ...factsOf(failureOf(error)) });
      return false;
    }
  }
}

/** libuv takes the name of an interface that is not there for none at all, and joins on another one in silence. */
export function requireInterface(address: string): void {
  const name = /^::%(.+)$/.exec(address)?.[1];
  if (name === undefined) return;
  const known = Object.entries(networkInterfaces()).some(
    ([key, addresses = []]) =>
      key === name || addresses.some((one) => one.family === 'IPv6' && String(one.scopeid) === name),
  );
  if (known) return;
  throw new FailureError({ code: 'UNKNOWN_ZONE', subject: address });
}
