/** Numbers of live connections and UDP peers, unique within one run of the engine. */
import type { ConnectionId } from '../../../shared/domain.ts';

let last = 0;

export const nextConnectionId = (): ConnectionId => ++last;
