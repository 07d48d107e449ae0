/** What a repeat sends, as `send` would: templates anew for each time and target, fixed bytes stored once for many. */
import type { Target } from '../../../shared/domain.ts';
import { mostRepeatedBytes, type RepeatPlan } from '../../../shared/repeat.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import type { PeerList } from '../net/endpoint-socket.ts';
import { Queued } from '../net/fate.ts';
import { sendFilled, type Received } from '../net/fillings.ts';
import { invalid } from '../schemas/validate.ts';
import { Copies } from './copies.ts';
import type { RepeatPort, Sent } from './repeat.ts';

/** What may wait for the targets before another message follows. */
const mostWaitingBytes = 1024 * 1024;
/** However short they are: each costs memory. */
const mostWaitingMessages = 8192;
/** Without another look at what waits. */
const mostUnseen = 64;

/** Whoever keeps the sockets. */
export type RepeatOwner = {
  readonly recorder: Recorder;
  /** Changes when the log is cleared. */
  readonly logBegin: number;
  /** Changes where the transport does. */
  readonly connections: PeerList;
  /** False where nobody is there. Throws where so many bytes cannot be queued. */
  mayStore(length: number): boolean;
  /** There is no socket, and will be none unless somebody starts it again; or this side has finished sending. */
  isStopped(): boolean;
  /** Whether messages keep their boundaries. */
  readonly hasBoundaries: boolean;
  /** What the targets sent last. */
  received(target: Target): Promise<Received>;
};

/** `copies`: of a fixed message, where several send it. Throws for fixed bytes beyond `mostRepeatedBytes`. */
export function repeatPort(
  owner: RepeatOwner,
  target: Target,
  message: Template,
  plan: RepeatPlan,
  copies = copiesOf(owner, message, plan),
): RepeatPort {
  const { recorder } = owner;
  const isOver = (): boolean =>
    owner.isStopped() || (Array.isArray(target) && owner.connections.takers(target).length === 0);
  const givenBack = (): number => owner.connections.givenBack ?? 0;
  const roomFor = (bytesEach: number): number => {
    if (recorder.congested) return 0;
    const { bytes, messages } = owner.connections.waitingFor(target);
    const most = Math.ceil((mostWaitingBytes - bytes) / Math.max(1, bytesEach));
    return Math.min(most, mostUnseen, mostWaitingMessages - messages);
  };
  const around = { isOver, givenBack, roomFor, queued: new Queued() };
  return copies === null
    ? madePort(owner, target, message, around)
    : fixedPort(owner, target, copies, plan, around);
}

/** Null for a message that is made anew each time. Throws for more than `mostRepeatedBytes`. */
export function copiesOf(owner: RepeatOwner, message: Template, { everyMs }: RepeatPlan): Copies | null {
  if (!message.isFixed) return null;
  const bytes = message.fill();
  if (bytes.length > mostRepeatedBytes)
    throw invalid('message', { name: 'at-most', most: mostRepeatedBytes });
  return new Copies(bytes, everyMs === 0, owner.recorder, () => owner.logBegin);
}

type Around = Pick<RepeatPort, 'isOver' | 'givenBack' | 'queued'> & { roomFor(bytesEach: number): number };

/** Made anew for each time and each target, as a message that is sent once. */
function madePort(
  owner: RepeatOwner,
  target: Target,
  message: Template,
  { roomFor, ...around }: Around,
): RepeatPort {
  const { recorder } = owner;
  let length: number | null = null;
  let stored = 0;
  const send = (received?: Received): Sent => {
    stored = 0;
    const store = (bytes: Uint8Array): Place | null => {
      length = bytes.length;
      stored += bytes.length;
      return owner.mayStore(bytes.length) ? recorder.store(bytes) : null;
    };
    // Each is a message of its own, so the length that is shared by them does not matter.
    const taken = around.queued.through(1, Infinity, (fate) =>
      sendFilled(message, target, owner.connections, recorder, store, received, fate),
    );
    return { taken, count: 1 };
  };
  return {
    ...around,
    send: () => (message.asksReceived ? owner.received(target).then(send) : send()),
    room: () => roomFor(stored),
    length: () => length,
  };
}

/** The same bytes for everybody: nothing is made or copied for the single one. */
function fixedPort(
  owner: RepeatOwner,
  target: Target,
  copies: Copies,
  { everyMs, joins }: RepeatPlan,
  { roomFor, ...around }: Around,
): RepeatPort {
  const { length } = copies.bytes;
  const mostTogether = joins && everyMs === 0 && !owner.hasBoundaries ? copies.count : 1;
  let targets = 1;
  return {
    ...around,
    send(most) {
      if (!owner.mayStore(length)) return { taken: 0, count: 1 };
      const { place, count } = copies.take(Math.min(most, mostTogether));
      const taken = around.queued.through(count, length, (fate) =>
        owner.connections.send(target, place, length * count, fate),
      );
      targets = Math.max(1, taken);
      return { taken, count };
    },
    room: () => roomFor(length * targets),
    length: () => length,
  };
}
