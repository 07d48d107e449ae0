import type { Handler, PeerPort } from '../net/handler.ts';

/** Every byte goes back as it came; it is stored once. */
export const echo = (port: PeerPort): Handler => ({
  opened: () => undefined,
  received: (bytes, place) => port.reply(place, bytes.length),
  finished: (answered) => answered(),
  closed: () => undefined,
});
