/** How many sockets may be open: at the limit accept fails in silence, so listeners stay below it. */
import { readFileSync } from 'node:fs';

/** Left for files, name look-ups and outgoing connections. */
const reserve = 64;
/** Where the system does not tell: well below what Node asks of macOS and Windows at its start. */
const otherLimit = 4096;

/** Connections that a listener may hold, or a client make, at most, from 1. */
export function mostConnections(limits = readLimits()): number {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return Math.max(1, (soft === undefined ? otherLimit : Number(soft)) - reserve);
}

/** proc_pid_limits(5). */
function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Only Linux has this file.
    return '';
  }
}
