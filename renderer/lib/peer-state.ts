/** What there is to say of a connection beside its address and what it sends. */
import type { TlsFacts } from '../../shared/certificates.ts';
import type { ConnectionInfo } from '../../shared/contract.ts';
import { formatBytes } from '../../shared/show/sizes.ts';
import { formatAge } from '../../shared/show/times.ts';
import { texts } from '../../shared/texts/index.ts';

/** That it ended, is half-closed, or is not read; '' while all is in order. `now`: milliseconds since the epoch. */
export function stateOf(peer: ConnectionInfo, now: number): string {
  const words = texts.peers;
  if (peer.endedAt !== null) return words.ended(peer.failure?.code ?? null, formatAge(now - peer.endedAt));
  if (!peer.isReading) return words.readingStopped;
  if (peer.notReadingSince !== null) return words.notReading(formatBytes(peer.queuedBytes));
  return peer.state === 'open' ? '' : words.states[peer.state];
}

export function securityOf(tls: TlsFacts | null): string {
  if (!tls) return '';
  const { version, alpn, verifyCode } = tls;
  return [
    texts.tls.versions[version],
    alpn !== null && texts.tls.alpnFact(alpn),
    verifyCode !== null && texts.tls.notVerified(verifyCode),
  ]
    .filter(Boolean)
    .join(' · ');
}
