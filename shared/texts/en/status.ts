export const status = {
  label: 'Status',
  openSockets: (count: string) => `${count} ${count === '1' ? 'socket' : 'sockets'} open`,
  disk: (size: string) => `capture ${size} on disk`,
  recordsPerSecond: (count: string) => `${count} rec/s`,
  received: (rate: string) => `↓ ${rate}/s`,
  sent: (rate: string) => `↑ ${rate}/s`,
  lost: (count: string) => `${count} lost`,
  delay: (duration: string) => `delay ${duration}`,
  captureFailed: 'The capture is stopped; sockets are paused',
  headless: 'headless',
  desktop: 'desktop',
};
