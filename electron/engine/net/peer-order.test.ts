import { describe, expect, it } from 'vitest';
import type { ConnectionOrder } from '../../../shared/contract.ts';
import { PeerOrder, type OrderedPeer } from './peer-order.ts';

type Changing = { -readonly [K in keyof OrderedPeer]: OrderedPeer[K] };

class Peers {
  readonly all = new Map<number, Changing>();
  membership = 0;
  time = 0;
  readonly order = new PeerOrder<Changing>(this, () => this.time);

  constructor(count: number) {
    for (let id = 1; id <= count; id++) this.add(id);
  }
  get open(): Iterable<Changing> {
    return this.all.values();
  }
  get(id: number): Changing | undefined {
    return this.all.get(id);
  }
  add(id: number): void {
    const remote = { host: '10.0.0.1', port: id, family: 'IPv4' } as const;
    this.all.set(id, { id, remote, stream: id, bytes: 0, lastSequence: -1 });
    this.membership++;
  }
  remove(id: number): void {
    this.all.delete(id);
    this.membership++;
  }
  ids(order: ConnectionOrder, from = 0, count = 10, find = ''): number[] {
    const query = { order, find, nameOf: () => '' };
    return this.order.window(query, from, count).peers.map(({ id }) => id);
  }
}

describe('an order of peers', () => {
  it('is sorted once a second at most, however often it is pulled and whatever traffic there is', () => {
    const peers = new Peers(10_000);
    for (let pull = 0; pull < 50; pull++) {
      peers.all.get(pull + 1)!.bytes = pull;
      peers.ids('bytes', pull * 100, 100);
      peers.time += 100;
    }
    expect(peers.order.sorts).toBe(5);
    expect(peers.ids('bytes', 0, 2)).toEqual([50, 49]);
    for (let pull = 0; pull < 50; pull++) peers.ids('newest', pull, 100);
    expect(peers.order.sorts).toBe(6);
  });

  it('loses who ended and has who came at once, without sorting anew', () => {
    const peers = new Peers(3);
    peers.all.get(2)!.lastSequence = 5;
    expect(peers.ids('activity')).toEqual([2, 1, 3]);
    peers.remove(1);
    peers.add(4);
    peers.all.get(4)!.lastSequence = 9;
    expect(peers.ids('activity')).toEqual([2, 3, 4]);
    expect(peers.order.sorts).toBe(1);
    peers.time += 1000;
    expect(peers.ids('activity')).toEqual([4, 2, 3]);
  });

  it('gives windows from either end', () => {
    const peers = new Peers(5);
    expect([peers.ids('oldest', 1, 2), peers.ids('newest', 1, 2)]).toEqual([
      [2, 3],
      [4, 3],
    ]);
    expect([peers.ids('newest', 4, 9), peers.ids('newest', 7, 2), peers.ids('oldest', 9, 1)]).toEqual([
      [1],
      [],
      [],
    ]);
    expect(peers.ids('oldest', 0, 9, '.1:3')).toEqual([3]);
  });

  it('is kept for a few queries alone, whatever a page asks', () => {
    const peers = new Peers(2);
    for (let i = 0; i < 100; i++) peers.ids('bytes', 0, 1, String(i));
    expect(peers.order.kept).toBe(4);
  });
});
