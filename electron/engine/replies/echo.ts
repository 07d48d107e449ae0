import type { Replier, ReplyPort } from './replier.ts';

/** Every byte goes back as it came; it is stored once. */
export const echo = (port: ReplyPort): Replier => ({
  opened: () => undefined,
  received: (bytes, place) => port.reply(place, bytes.length),
  finished: (answered) => answered(),
  closed: () => undefined,
});
