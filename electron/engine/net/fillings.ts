import type { Target } from '../../../shared/domain.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import type { Place } from '../capture/recorder.ts';
import type { PeerList, Sending } from './endpoint-socket.ts';

/** A template, or bytes as one. */
export type Message = Pick<Template, 'isFixed'> & { fill(): Uint8Array };

/**
 * Sends the same bytes to all targets where the message is fixed, else to each its own; returns how many took it. All of it
 * is made and stored before any is sent, so that what cannot be made for one, or has no room, reaches nobody. `store` may
 * leave one out by null. Throws as `fill`, `store` and `peers` do.
 */
export function sendFilled(
  message: Message,
  target: Target,
  peers: PeerList,
  store: (bytes: Uint8Array) => Place | null,
): number {
  const sendings: Sending[] = [];
  for (const one of message.isFixed ? [target] : peers.takers(target)) {
    const bytes = message.fill();
    const place = store(bytes);
    if (place !== null) sendings.push({ target: one, place, length: bytes.length });
  }
  peers.check?.(sendings);
  let taken = 0;
  for (const { target, place, length } of sendings) taken += peers.send(target, place, length);
  return taken;
}
