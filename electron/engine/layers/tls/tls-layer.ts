/** TLS as a layer: the records of its handshake, and what that agreed on. */
import { factsOf } from '../../../../shared/failure.ts';
import type { Laid, Layer, LayerFacts } from '../../net/layer.ts';
import { isAlert } from './handshake-failures.ts';
import type { TlsRole } from './handshake.ts';

export function tlsLayer(role: TlsRole, side: 'client' | 'server'): Layer {
  return (below, port): Laid => {
    const facts: LayerFacts = {};
    const stream = role.secure(below, {
      secured: ({ facts: agreed, chain, time, durationMs, messages }) => {
        facts.tls = agreed;
        port.record({ kind: 'secured', chain, durationMs, messages, ...agreed }, time);
        port.opened();
      },
      refused: ({ chain, ...refused }) => {
        facts.refusedChain = chain;
        port.record({ kind: 'note', note: 'certificate-refused', ...factsOf(refused), chain });
      },
      keyLogFailed: (failure) => port.record({ kind: 'note', note: 'key-log-failed', ...factsOf(failure) }),
    });
    return {
      stream,
      facts,
      // In TLS 1.3 a client is done before the server has looked at its certificate (RFC 8446 4.4.2.4).
      failedLate: (failure, receivedBytes) => side === 'client' && receivedBytes === 0 && isAlert(failure),
    };
  };
}
