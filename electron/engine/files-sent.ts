/** Files that pages send, piece by piece, each as a job. A page reads its file, because only it may. */
import type { FileJob } from '../../shared/contract.ts';
import type { Target } from '../../shared/domain.ts';
import { mostDatagramBytesOf } from '../../shared/message-bounds.ts';
import { mostPieceBytes, type FileEnd, type FileFacts, type FilePlan } from '../../shared/file-plan.ts';
import { FailureError } from '../../shared/failure.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import type { Endpoint } from './endpoint.ts';
import type { Jobs } from './jobs.ts';
import { aimOf, isStopped } from './repeats.ts';
import { FileSending, type FilePort } from './repeat/file-sending.ts';
import { invalid } from './schemas/validate.ts';

/** What may wait for the targets before another piece follows. */
const mostWaitingBytes = 1024 * 1024;
const mostWaitingMessages = 8192;
/** One record of a stream is no longer than a received one. */
const mostStreamPiece = 64 * 1024;

export type SentFile = { name: string; size: number };

/** Those of one page: they end with it. */
export class FilesSent {
  readonly #jobs: Jobs;
  readonly #sendings = new Map<number, FileSending>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** Begins, and returns the number of the job, which is told of until somebody dismisses it. Throws for a plan that the transport cannot do. */
  begin(endpoint: Endpoint, target: Target, { name, size }: SentFile, plan: FilePlan): number {
    const { hasBoundaries } = capabilitiesOf(endpoint.settings);
    const most = hasBoundaries
      ? mostDatagramBytesOf.IPv4
      : plan.pieces === null
        ? mostStreamPiece
        : mostPieceBytes;
    const piece = plan.pieces === null ? (hasBoundaries ? size : 0) : plan.pieces;
    if (typeof piece === 'number' && piece > most) throw invalid('plan', { name: 'at-most', most });
    const port = portOf(endpoint, aimOf(endpoint, target));
    const facts: FileFacts = { name, plan, isPaused: false, pieces: 0, bytesPerSecond: null, ended: null };
    const job = { kind: 'send-file', endpoint: endpoint.id, done: 0, total: size, file: facts } as const;
    const sendings = this.#sendings;
    let begin: (id: number) => void = () => undefined;
    const id = this.#jobs.begin<FileJob>(job, ({ signal, told }) => {
      const sending = new FileSending({
        ...{ port, plan, mostPiece: most },
        told: ({ done, failure, ...now }) => told({ done, failure, file: { name, plan, ...now } }),
      });
      signal.addEventListener('abort', () => sending.stop());
      begin = (number) => {
        sendings.set(number, sending);
        void sending.ended.then(() => sendings.delete(number));
      };
      return sending.ended;
    });
    begin(id);
    return id;
  }

  /** Null when more may be read; how it ended where it is over, and behind the last bytes always. Throws what it failed for. */
  async push(id: number, bytes: Uint8Array, isLast: boolean): Promise<FileEnd | null> {
    const sending = this.#sendings.get(id);
    if (sending === undefined) return 'stopped';
    await sending.push(bytes, isLast);
    const end = isLast ? await sending.ended : sending.end;
    if (end === 'failure') throw new FailureError(sending.failure!);
    return end;
  }

  pause(id: number, isPaused: boolean): void {
    this.#sendings.get(id)?.pause(isPaused);
  }

  /** The page could not read it any further. */
  fail(id: number): void {
    this.#sendings.get(id)?.fail(new FailureError({ code: 'FILE_UNREADABLE' }));
  }

  close(): void {
    for (const sending of this.#sendings.values()) sending.stop();
  }
}

function portOf(endpoint: Endpoint, target: Target): FilePort {
  return {
    send: (piece, fate) => endpoint.send(target, piece, fate),
    hasRoom: () => {
      if (endpoint.capture.congested) return false;
      const { bytes, messages } = endpoint.connections.waitingFor(target);
      return bytes < mostWaitingBytes && messages < mostWaitingMessages;
    },
    isOver: () =>
      isStopped(endpoint) || (Array.isArray(target) && endpoint.connections.takers(target).length === 0),
    onRecords: (listener) => endpoint.capture.onAppended(listener),
  };
}
