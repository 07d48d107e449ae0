import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a receiving process has used so far; differences of two marks count. */
export type Mark = {
  time: number;
  /** Milliseconds of processor time, of all threads, in user and kernel mode. */
  cpu: number;
  bytes: number;
  records: number;
  residentBytes: number;
  /** Event-loop delay since the mark before, 99th percentile in milliseconds; the 1 ms of the measuring timer is in it. */
  delay: number;
};

/** Our listener in either of its ways of reading, or a bare node:net server. */
export type Kind = 'buffer' | 'data' | 'bare';

export type Receiver = {
  /** Listens on a free loopback port. `folder`: where a capture goes; the bare sink keeps nothing. `kind`: how it reads, as the app does unless told. */
  listen(folder: string, kind?: Kind): number;
  mark(): Mark;
  /** Resolves when all connections have ended and everything received is in the files. */
  settle(): Mark;
};

export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export function startMeter(bytes: () => number, records: () => number = () => 0): () => Mark {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  return () => {
    // There only with --expose-gc, where resident memory is compared.
    globalThis.gc?.();
    const mark: Mark = {
      time: performance.now(),
      cpu: cpuSeconds() * 1000,
      bytes: bytes(),
      records: records(),
      residentBytes: process.memoryUsage.rss(),
      delay: delays.percentile(99) / 1e6,
    };
    delays.reset();
    return mark;
  };
}
