/**
 * A sequence diagram as one picture, which loads nothing and runs nothing. What anybody said goes through `escaped` alone.
 * Its size is known when the last record is, so that all of it is in memory until then: a bounded number of records.
 */
import { asUtf8 } from '../../../../shared/encodings/reading.ts';
import {
  arrowPaths,
  drawnRow,
  fitted,
  fontSize,
  headHeight,
  lineAt,
  markPaths,
  nameRoom,
  placesOf,
  rowHeight,
  times,
  type Places,
} from '../../../../shared/diagram/drawing.ts';
import { eventLabel, labelBytes, payloadLabel } from '../../../../shared/diagram/labels.ts';
import { Lanes, mostLanes } from '../../../../shared/diagram/lanes.ts';
import { escapeLine } from '../../../../shared/payload/format.ts';
import type { RecordDetail, RecordKind } from '../../../../shared/records.ts';
import { frameWords } from '../../../../shared/show/frame-words.ts';
import { formatClock, formatDifference } from '../../../../shared/show/times.ts';
import { texts, type Texts } from '../../../../shared/texts/index.ts';
import type { Entry, Exporter, ExportOptions, RecordWriter } from './exporter.ts';
import { pictureStyle } from './svg-style.ts';

/** More make a picture that no program likes to open. */
export const mostRecords = 2000;

export const svg: Exporter = {
  extension: 'svg',
  liveEvents: 'both',
  takes: () => true,
  write: (options) => new Picture(options),
};

type Row = {
  sequence: number;
  time: number;
  kind: RecordKind;
  detail: RecordDetail | null;
  lane: number | null;
  label: string;
};

const leastWidth = 900;
const edge = 12;
const lineHeight = 18;

class Picture implements RecordWriter {
  readonly #options: ExportOptions;
  readonly #words: Texts;
  readonly #lanes = new Lanes();
  readonly #rows: Row[] = [];
  /** Records of peers that have no lane. */
  #leftOut = 0;
  isFull = false;

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#words = options.words ?? texts;
  }

  record: RecordWriter['record'] = (entry, payload) => this.#take(entry, payload);

  // eslint-disable-next-line require-yield -- it is all written at the end
  async *#take(entry: Entry, payload: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    if (this.#rows.length === mostRecords) return void (this.isFull = true);
    const { sequence, time, kind, detail } = entry;
    const label = detail === null ? await this.#labelOf(entry, payload) : eventLabel(detail, this.#words);
    const lane = this.#lanes.take(entry);
    if (lane === 'full') this.#leftOut++;
    else this.#rows.push({ sequence, time, kind, detail, lane, label });
  }

  async #labelOf(entry: Entry, payload: AsyncIterable<Uint8Array>): Promise<string> {
    let bytes: Uint8Array = new Uint8Array(0);
    for await (const piece of payload) {
      if (bytes.length === 0) bytes = piece.slice(0, labelBytes);
      // What it says is known behind its last byte.
      if (entry.decoded === undefined) break;
    }
    const { length, reading = asUtf8, frame } = entry;
    return payloadLabel({
      ...{ bytes, length, reading },
      said: entry.decoded?.().summary ?? '',
      amiss: frameWords(frame ?? null, this.#words),
    });
  }

  get foot(): string {
    const places = placesOf(this.#lanes.list.length, leastWidth);
    const { width } = places;
    const told = this.#remarks().flatMap((line) => wrapped(line, (width - 2 * edge) / (fontSize * 0.6)));
    const top = edge + told.length * lineHeight + headHeight;
    const bottom = top + this.#rows.length * rowHeight;
    const height = bottom + headHeight + edge;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve">`,
      `<title>${escaped(this.#options.head?.[0] ?? this.#words.diagram.title)}</title>`,
      `<style>${pictureStyle}</style>`,
      `<rect class="bg" width="${width}" height="${height}"/>`,
      ...told.map((line, at) => text(edge, edge + (at + 1) * lineHeight - 4, line, at === 0 ? '' : 'muted')),
      ...this.#lifelines(places, top, bottom),
      ...this.#names(places, top - 10),
      ...this.#names(places, bottom + 20),
      ...this.#rows.map((row, at) => this.#row(row, at, places, top + at * rowHeight)),
      '</svg>\n',
    ].join('\n');
  }

  #remarks(): string[] {
    const { diagram } = this.#words;
    return [
      ...(this.#options.head ?? []),
      ...(this.isFull ? [diagram.onlyFirstRecords(mostRecords)] : []),
      ...(this.#leftOut > 0 ? [diagram.leftOut(this.#leftOut, mostLanes)] : []),
    ];
  }

  #names({ own, lanes }: Places, y: number): string[] {
    return [
      text(own, y, this.#words.diagram.thisSide.any, 'name'),
      ...this.#lanes.list.map(({ peer }, at) =>
        text(lanes[at]!, y, fitted(escapeLine(peer), nameRoom), 'name'),
      ),
    ];
  }

  /** Dashed where nobody is connected. */
  #lifelines({ own, lanes }: Places, top: number, bottom: number): string[] {
    const line = (x: number, from: number, to: number, look: string): string =>
      `<path class="${look}" d="M${x} ${from}V${to}"/>`;
    const at = (sequence: number, otherwise: number): number => {
      const row = this.#rows.findIndex((each) => each.sequence >= sequence);
      return row < 0 ? otherwise : top + row * rowHeight + lineAt;
    };
    return [
      line(own, top, bottom, 'life'),
      ...this.#lanes.list.flatMap(({ spans }, index) => [
        line(lanes[index]!, top, bottom, 'away'),
        ...spans.map(({ from, to }) =>
          line(lanes[index]!, this.#rows[0]!.sequence > from ? top : at(from, top), at(to, bottom), 'life'),
        ),
      ]),
    ];
  }

  #row(row: Row, at: number, places: Places, top: number): string {
    const { look, arrow, mark, label } = drawnRow(row, row.lane, places);
    const before = this.#rows[at - 1];
    const y = top + lineAt;
    const parts = [`<title>#${row.sequence} ${escaped(row.label)}</title>`];
    parts.push(text(times.clock, y + 4, formatClock(row.time), 'time'));
    if (before) parts.push(text(times.after, y + 4, formatDifference(row.time - before.time), 'after'));
    if (arrow) {
      const { shaft, head } = arrowPaths(arrow, y);
      parts.push(
        `<path class="line${arrow.isDashed ? ' dash' : ''}" d="${shaft}"/><path class="line" d="${head}"/>`,
      );
    }
    const { fill, line } = mark ? markPaths(mark, y) : { fill: '', line: '' };
    if (line !== '') parts.push(`<path class="line sign" d="${line}"/>`);
    if (fill !== '') parts.push(`<path class="fill" d="${fill}"/>`);
    parts.push(text(label.x, top + label.y, fitted(row.label, label.room), `label ${label.anchor}`));
    return `<g class="${look}">${parts.join('')}</g>`;
  }
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** With U+FFFD for what XML has no place for (XML 1.0, 2.2). */
const escaped = (said: string): string =>
  said
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (sign) => signs[sign]!);

const text = (x: number, y: number, said: string, look: string): string =>
  `<text x="${x}" y="${y}"${look === '' ? '' : ` class="${look}"`}>${escaped(said)}</text>`;

/** At blanks, into lines of so many characters. */
function wrapped(line: string, room: number): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const longer = `${lines.at(-1)!} ${word}`.trimStart();
    if (longer.length > room && lines.at(-1) !== '') lines.push(fitted(word, room));
    else lines[lines.length - 1] = fitted(longer, room);
  }
  return lines;
}
