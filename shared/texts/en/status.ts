import { counted } from './units.ts';

/** The bar at the bottom. */
export const status = {
  label: 'Status',
  openSockets: (count: number) => (count === 0 ? 'No socket open' : `${counted(count, 'socket')} open`),
  disk: (size: string) => `${size} on disk`,
  recordsPerSecond: (count: string) => `${count} rec/s`,
  received: (rate: string) => `↓ ${rate}/s`,
  sent: (rate: string) => `↑ ${rate}/s`,
  lost: (count: number) => `${counted(count, 'datagram')} lost before capture`,
  paused: (why: string) => `capture stopped, sockets paused: ${why}`,
  delay: (duration: string) => `engine delayed by ${duration}`,
  detached: 'engine not attached',
};
