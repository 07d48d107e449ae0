/** Which rows of a reading by frames pass a filter, told while they are found. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessageDecoding } from '../../../../shared/decoding/choice.ts';
import { encodingOf, type ShownEncodings } from '../../../../shared/encodings/shown.ts';
import { failed, FailureError } from '../../../../shared/failure.ts';
import type { FilterSubject } from '../../../../shared/filter/operator.ts';
import { payloadOf } from '../../../../shared/framing/framer.ts';
import { textNamer } from '../../../../shared/peer-names.ts';
import { isPayload } from '../../../../shared/records.ts';
import { wordsIn } from '../../../../shared/texts/languages.ts';
import type { Texts } from '../../../../shared/texts/index.ts';
import type { Said } from '../../capture/annotations.ts';
import { monotonic } from '../../clock.ts';
import { runBounded } from '../../net/bounded-run.ts';
import type { Capture } from '../../capture/capture.ts';
import { unlessGone } from '../../capture/gone.ts';
import { decodeDetail, peerLabel } from '../../capture/details.ts';
import { kindOf } from '../../capture/format.ts';
import { noStream } from '../../capture/recorder.ts';
import { decodedMessage, mostDecodedBytes } from '../decoded-message.ts';
import { joinBytes } from '../../../../shared/payload/join.ts';
import { sentencesOf, unread } from '../filter-subject.ts';
import type { Wanted } from '../matches.ts';
import { mostBefore, overEdgeOf } from '../over-edges.ts';
import type { Framings, Sift, Sifted } from './frame-scan.ts';
import { firstOf, type FoundRow } from './frame-table.ts';
import { frameBytes } from './stretch.ts';

/** Others have their turn after so much: what rows say costs more than what they are. */
const turnMs = 8;
/** All that an expression may take for the rows of one turn: this thread is that of the sockets. */
const expressionMs = 200;
/** Of frames that lie in several reads, together: many long ones can end in one read. */
const mostHeldBytes = 16 * 1024 * 1024;

/** Null: all pass. Rejects with FILTER_TOO_SLOW where an expression does not end. */
export function siftOf(capture: Capture, wanted: Wanted, framings: Framings | null = null): Sift | null {
  const { filter } = wanted;
  if (filter === null || filter.reads === 'nothing') return null;
  const { reads, test, isCostly } = filter;
  const sifting = new Sifting(capture, wanted, framings);
  const isRead = reads === 'content';
  const look = async (some: readonly Asked[]): Promise<FoundRow[]> => {
    const rows: FoundRow[] = [];
    let at = 0;
    const askFor = (ms: number): void => {
      for (const end = monotonic() + ms; at < some.length;) {
        const { row, subject } = some[at]!;
        // Whether what is damaged would pass is not known: its row says so.
        if (subject === null || test(subject) === true) rows.push(row);
        at++;
        if (monotonic() >= end) break;
      }
    };
    while (at < some.length) {
      const before = at;
      if (!isCostly) askFor(turnMs);
      // One may have come to its end all the same: a long step of the system cannot be stopped in its middle.
      else if (!runBounded(() => askFor(turnMs), expressionMs) && at === before) throw tooSlow(some[at]!.row);
      if (at < some.length) await nextTurn();
    }
    return rows;
  };
  return async (found) => {
    const rows: FoundRow[] = [];
    let some: Asked[] = [];
    let held = 0;
    for (const each of found) {
      const { row, bytes } = each;
      some.push({ row, subject: await sifting.subject(each, isRead) });
      if (isRead && bytes === null && typeof row !== 'number') held += row.length;
      if (held < mostHeldBytes) continue;
      rows.push(...(await look(some)));
      [some, held] = [[], 0];
    }
    return [...rows, ...(await look(some))];
  };
}

/** Streams of which bytes are kept: those that spoke longest ago go. */
const mostTails = 10_000;

type Asked = { row: FoundRow; subject: FilterSubject | null };

const tooSlow = (row: FoundRow): FailureError =>
  new FailureError({
    ...failed('FILTER_TOO_SLOW', {
      name: 'search-slow-at',
      sequence: typeof row === 'number' ? row : row.last,
    }),
    subject: '',
  });

class Sifting {
  readonly #capture: Capture;
  readonly #words: Texts;
  readonly #nameOf: (peer: string) => string;
  readonly #encodings: ShownEncodings;
  readonly #decoding: MessageDecoding | undefined;
  readonly #framings: Framings | null;
  readonly #said: Said | null;
  /** What is looked for may begin in one record and end in the next. */
  readonly #tails = new Map<string, Uint8Array>();
  /** Of the row before. */
  #previous: number | null = null;

  constructor(
    capture: Capture,
    { language, encodings, decoding, peerNames, said }: Wanted,
    framings: Framings | null,
  ) {
    this.#said = said;
    this.#encodings = encodings;
    this.#decoding = decoding;
    this.#framings = framings;
    this.#capture = capture;
    this.#words = wordsIn(language);
    this.#nameOf = textNamer(peerNames);
  }

  /** All that a filter may ask of it is here, so that no answer is a promise. `isRead`: more than the index is asked. */
  async subject({ row, kind: number, ...sifted }: Sifted, isRead: boolean): Promise<FilterSubject | null> {
    const { stream, length, time, bytes } = sifted;
    const previous = this.#previous;
    this.#previous = time;
    if (number === null) return null;
    const kind = kindOf(number);
    const connection = stream === noStream ? null : stream;
    const frame = typeof row === 'number' ? null : row;
    // Its number is that of the record in which it ends.
    const annotation = this.#said?.of(frame?.last ?? (row as number)) ?? null;
    const facts = { kind, connection, length, time, previous, frame, annotation };
    if (!isRead) return { ...facts, ...unread };
    const [shown = null] = typeof row === 'number' ? await this.#capture.rows([row], 0, 0) : [];
    const detail = shown && decodeDetail(kind, shown.preview);
    const [known = ''] = connection === null ? [] : await this.#capture.peers([connection]);
    const peer = detail !== null && connection === null ? peerLabel(detail) : known;
    const payload = bytes ?? (await this.#payload(row, isPayload(kind) ? (shown?.length ?? 0) : 0));
    const before =
      typeof row === 'number' && isPayload(kind) ? this.#tailBefore(stream, number, payload) : null;
    const look: FilterSubject['somePiece'] = (passes) => passes(payload);
    const encoding =
      kind === 'sent' || kind === 'received' ? encodingOf(this.#encodings, stream, kind) : 'utf-8';
    const tail = (most: number): Uint8Array => before!.subarray(Math.max(0, before!.length - most));
    return {
      ...facts,
      ...(before && { overEdge: overEdgeOf({ encoding, somePiece: look, before: tail }) }),
      encoding,
      somePiece: look,
      someSentence: (passes) => detail !== null && sentencesOf(detail, peer, this.#words).some(passes),
      somePeer: (passes) => peer !== '' && passes(peer, this.#nameOf(peer)),
      someDecoded: (passes) => {
        if (!isPayload(kind)) return false;
        const whole = payload.subarray(0, mostDecodedBytes);
        const framing = frame === null ? null : (this.#framings?.[frame.direction] ?? null);
        const carried = framing && { payload: () => payloadOf(framing, whole, frame!.mark) };
        const decoded = decodedMessage(kind, { whole, ...carried }, this.#decoding);
        return decoded !== null && passes(decoded);
      },
    };
  }

  /** What the stream carried last before a record of it, which is what it carries last from now on. */
  #tailBefore(stream: number, kind: number, payload: Uint8Array): Uint8Array | null {
    if (!this.#encodings.carries || stream === noStream) return null;
    const key = `${stream} ${kind}`;
    const before = this.#tails.get(key) ?? none;
    this.#tails.delete(key);
    this.#tails.set(key, joinBytes([before, payload.subarray(-mostBefore)]).slice(-mostBefore));
    if (this.#tails.size > mostTails) this.#tails.delete(this.#tails.keys().next().value!);
    return before;
  }

  async #payload(row: FoundRow, length: number): Promise<Uint8Array> {
    if (length === 0 && typeof row === 'number') return none;
    const read = (): Promise<Uint8Array> =>
      typeof row === 'number' ? this.#capture.payload(row, 0, length) : frameBytes(this.#capture, row);
    return (await unlessGone(this.#capture, firstOf(row), read)) ?? none;
  }
}

const none = new Uint8Array(0);
