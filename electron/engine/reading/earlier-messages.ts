/** What went before a message of a stream that was packed with that in mind. */
import { EarlierFrames } from '../../../shared/decoding/earlier.ts';
import type { Earlier } from '../../../shared/decoding/context.ts';
import { inflate } from '../../../shared/decoding/inflate.ts';
import type { StreamPoint } from '../../../shared/contract.ts';
import type { Capture } from '../capture/capture.ts';
import { kindNumber } from '../capture/format.ts';
import { scan } from '../capture/scan.ts';
import type { Entry } from './exporters/exporter.ts';

/** Bytes that are read for one answer: further on than that from what was asked for last, nothing is known. */
const mostBytes = 8 * 1024 * 1024;
const pieceBytes = 256 * 1024;
const mostUnpacked = 1024 * 1024;
/** Streams of which is known how far they were read: each holds about a MiB at most. */
const mostStreams = 32;

/** `offset`: in its stream; null: the point itself tells. */
type Asked = StreamPoint & { offset?: number };
/** `sequence`, `within`: the next byte. */
type Walk = { sequence: number; within: number; offset: number; frames: EarlierFrames };

/** Reads each stream on from where it was asked for last, so that what is asked for in its order is read once. */
export class EarlierMessages {
  readonly #capture: Capture;
  readonly #walks = new Map<string, Walk>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  /**
   * Null where it is not known: in the middle of a frame, behind what is none, where the beginning of the stream is not
   * there any more, and where that is further than 8 MiB. Rejects as `Capture.payload`.
   */
  before(asked: Asked): Promise<Earlier | null> {
    const answer = this.#turn.then(() => this.#before(asked));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #before(asked: Asked): Promise<Earlier | null> {
    const { connection, way } = asked;
    const { oldest } = this.#capture;
    const key = `${connection} ${way}`;
    const known = this.#walks.get(key);
    this.#walks.delete(key);
    const goesOn = known !== undefined && known.sequence >= oldest && !isBehind(known, asked);
    if (!goesOn && connection < oldest) return null;
    const walk = goesOn
      ? known
      : { sequence: connection, within: 0, offset: 0, frames: new EarlierFrames(unpack) };
    this.#walks.set(key, walk);
    for (const first of this.#walks.keys()) if (this.#walks.size > mostStreams) this.#walks.delete(first);
    return (await this.#advance(walk, asked)) ? walk.frames.earlier : null;
  }

  async #advance(walk: Walk, { connection, way, sequence, within, offset }: Asked): Promise<boolean> {
    const kind = kindNumber(way);
    const most = walk.offset + mostBytes;
    let isNear = true;
    await scan(this.#capture, { from: walk.sequence, to: sequence + 1 }, async (entries) => {
      for (let i = 0; i < entries.count && isNear; i++) {
        if (entries.stream(i) !== connection || entries.kind(i) !== kind) continue;
        const here = entries.from + i;
        const [begin, length] = [here === walk.sequence ? walk.within : 0, entries.length(i)];
        const last =
          offset !== undefined ? begin + offset - walk.offset : here === sequence ? within : length;
        const end = Math.min(length, last);
        isNear = walk.offset + end - begin <= most;
        for (let at = begin; at < end && isNear;) {
          const bytes = await this.#capture.payload(here, at, Math.min(pieceBytes, end - at));
          walk.frames.add(bytes);
          at += bytes.length;
          walk.offset += bytes.length;
          Object.assign(walk, { sequence: here, within: at });
        }
      }
      return isNear;
    });
    return isNear;
  }
}

/** The same of what is written to a file or an output: a frame is known by its place in its stream. */
export const earlierOf =
  (messages: EarlierMessages) =>
  async ({ kind, connection, sequence, frame }: Entry): Promise<Earlier | null> => {
    if (connection === null || (kind !== 'sent' && kind !== 'received')) return null;
    const point = { connection, way: kind, sequence, within: 0 };
    return messages.before(frame === undefined ? point : { ...point, offset: frame.offset });
  };

const isBehind = (walk: Walk, { sequence, within, offset }: Asked): boolean =>
  offset === undefined
    ? sequence < walk.sequence || (sequence === walk.sequence && within < walk.within)
    : offset < walk.offset;

const unpack = (packed: Uint8Array, earlier: Uint8Array) =>
  inflate(packed, { form: 'raw', limit: mostUnpacked, earlier });
