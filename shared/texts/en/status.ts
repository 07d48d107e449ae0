import { formatCount } from '../../show/sizes.ts';

/** The bar at the bottom. */
export const status = {
  label: 'Status',
  openSockets: (count: number) => `${formatCount(count)} ${count === 1 ? 'socket' : 'sockets'} open`,
  disk: (size: string) => `capture ${size} on disk`,
  recordsPerSecond: (count: string) => `${count} rec/s`,
  received: (rate: string) => `↓ ${rate}/s`,
  sent: (rate: string) => `↑ ${rate}/s`,
  captured: 'all captured',
  lost: (count: number) =>
    `${formatCount(count)} ${count === 1 ? 'datagram' : 'datagrams'} lost before capture`,
  paused: (why: string) => `capture stopped, sockets paused: ${why}`,
  delay: (duration: string) => `engine delayed by ${duration}`,
  attached: 'engine attached',
  detached: 'engine not attached',
  host: (host: 'desktop' | 'headless', version: string) => `${host} ${version}`,
};
