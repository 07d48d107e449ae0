/** A message of an endpoint that is sent again and again, as a job. */
import type { RepeatJob } from '../../shared/contract.ts';
import type { Target } from '../../shared/domain.ts';
import { mostRepeatedBytes, type RepeatFacts, type RepeatPlan } from '../../shared/repeat.ts';
import { escapeText } from '../../shared/payload/format.ts';
import { joinBytes } from '../../shared/payload/join.ts';
import type { Template, WrittenMessage } from '../../shared/payload/payload.ts';
import { isRunning } from '../../shared/settings/running.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import type { Extent } from './capture/recorder.ts';
import { templateOf, type Endpoint } from './endpoint.ts';
import type { Jobs } from './jobs.ts';
import { Repeat } from './repeat/repeat.ts';
import { repeatPort, type RepeatOwner } from './repeat/repeat-port.ts';
import { invalid } from './schemas/validate.ts';

/** Of the thread that the window is drawn with. */
const windowPart = 0.25;

export type Repeating = { jobs: Jobs; endpoint: Endpoint; host: 'desktop' | 'headless' };

/**
 * Begins, and returns the number of the job, which is told of until somebody dismisses it. A message with functions is made
 * anew for each time and target. Throws as `send` does for the first one, and while too many run.
 */
export function startRepeat(
  { jobs, endpoint, host }: Repeating,
  target: Target,
  message: Uint8Array | WrittenMessage,
  plan: RepeatPlan,
): number {
  const whom = aimOf(endpoint, target);
  const port = repeatPort(ownerOf(endpoint), whom, asTemplate(message), plan);
  const [only] = Array.isArray(whom) && whom.length === 1 ? whom : [];
  const remote = only === undefined ? null : (endpoint.connections.find({ id: only })?.remote ?? null);
  const fixed = { said: beginOf(message), plan, target: whom, remote };
  const begun = { ...fixed, length: null, sent: 0, waiting: 0, failed: 0, leftOut: 0 };
  const facts: RepeatFacts = { ...begun, perSecond: null, lateP99Ms: null, isBehind: false, ended: null };
  const job = {
    kind: 'repeat',
    endpoint: endpoint.id,
    done: 0,
    total: plan.times ?? 0,
    repeat: facts,
  } as const;
  return jobs.begin<RepeatJob>(job, ({ signal, told }) => {
    const repeat = new Repeat({
      ...{ port, plan, spinPart: host === 'desktop' ? windowPart : 1 },
      told: (now, failure) => told({ done: now.sent + now.failed, failure, repeat: { ...fixed, ...now } }),
    });
    signal.addEventListener('abort', () => repeat.stop());
    return repeat.ended;
  });
}

/** What tells one repeat from another. */
const beginOf = (message: Uint8Array | WrittenMessage): string =>
  message instanceof Uint8Array ? escapeText(message.subarray(0, 60)) : message.text.slice(0, 60);

/** The bytes of a message that lies in the capture already. Throws for more than `mostRepeatedBytes`. */
export async function stagedBytes(
  { capture }: Endpoint,
  extents: readonly Extent[],
): Promise<Uint8Array<ArrayBuffer>> {
  if (extents.reduce((sum, { length }) => sum + length, 0) > mostRepeatedBytes)
    throw invalid('message', { name: 'at-most', most: mostRepeatedBytes });
  return joinBytes(await Promise.all(extents.map(({ place, length }) => capture.read(place, length))));
}

/** A client's peer is whoever it is connected with, after it has connected again, too. */
export const aimOf = ({ settings }: Endpoint, target: Target): Target =>
  settings.role === 'client' && Array.isArray(target) ? 'all' : target;

export function asTemplate(message: Uint8Array | WrittenMessage): Template {
  if (!(message instanceof Uint8Array)) return templateOf(message);
  // Of its own, because it may be a part of what a page has sent.
  const bytes = Uint8Array.from(message);
  return { isFixed: true, asksReceived: false, fill: () => bytes };
}

/** An endpoint, as what sends again and again sees it. */
export function ownerOf(endpoint: Endpoint): RepeatOwner {
  return {
    recorder: endpoint.capture,
    get logBegin() {
      return endpoint.capture.cleared;
    },
    get connections() {
      return endpoint.connections;
    },
    get hasBoundaries() {
      return capabilitiesOf(endpoint.settings).hasBoundaries;
    },
    mayStore: (length) => endpoint.mayStore(length),
    isStopped: () => isStopped(endpoint),
    received: (target) => endpoint.received(target),
  };
}

/** One that connects again finishes, too, when its peer does. */
export function isStopped({ status, settings }: Endpoint): boolean {
  // Whether it connects again is known when it is told how the connection ended, a little later.
  if (
    status.role === 'client' &&
    status.state === 'closed' &&
    status.ended === null &&
    status.failure === null
  )
    return false;
  if (status.state !== 'half-closed-by-us') return !isRunning(status);
  return settings.role === 'client' && !settings.reconnect.enabled;
}
