/** One timer for all connections with queued bytes: ten thousand idle ones cost nothing. */
import { monotonic } from '../clock.ts';

export type Watched = { checkProgress(time: number): void };

const intervalMs = 250;
const watched = new Set<Watched>();
let timer: NodeJS.Timeout | null = null;

/** Calls `checkProgress` four times a second until `unwatch`. Does not keep the process alive. */
export function watch(connection: Watched): void {
  watched.add(connection);
  timer ??= setInterval(checkAll, intervalMs).unref();
}

export function unwatch(connection: Watched): void {
  watched.delete(connection);
  if (watched.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

function checkAll(): void {
  const time = monotonic();
  for (const connection of watched) connection.checkProgress(time);
}
