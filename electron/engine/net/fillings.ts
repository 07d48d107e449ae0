import type { Target } from '../../../shared/domain.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import type { PeerList } from './endpoint-socket.ts';

/** What goes to whom: the same bytes to all targets where the message is fixed, else each its own. Throws as `fill` does. */
export function* fillings(
  template: Template,
  target: Target,
  peers: PeerList,
): Generator<{ target: Target; bytes: Uint8Array }> {
  if (template.isFixed) return yield { target, bytes: template.fill() };
  for (const one of peers.takers(target)) yield { target: one, bytes: template.fill() };
}
