/**
 * A report of the conversation for a browser: one file that loads nothing and runs nothing, whatever was said. Payloads
 * go through `escaped` alone, controls are shown by their signs, and the policy in its head forbids the rest.
 */
import { formatHexGroups } from '../../../../shared/payload/format.ts';
import { asUtf8, type TextReading } from '../../../../shared/encodings/reading.ts';
import { directionOf, directionSigns } from '../../../../shared/show/directions.ts';
import { frameWords } from '../../../../shared/show/frame-words.ts';
import { looksBinary, previewPieces, type Piece } from '../../../../shared/show/preview.ts';
import { formatBytes } from '../../../../shared/show/sizes.ts';
import { formatDateTime, formatIso } from '../../../../shared/show/times.ts';
import { describeRecord, language, texts, type Texts } from '../../../../shared/texts/index.ts';
import { decodedLine } from './decoded.ts';
import type { Entry, Exporter } from './exporter.ts';
import { plainText } from './hexdump.ts';
import { reportStyle } from './html-style.ts';

const bytesPerLine = 16;

export const html: Exporter = {
  extension: 'html',
  liveEvents: 'both',
  takes: () => true,
  write: ({ head = [], words = texts }) => ({
    head: beginning(head),
    record: (entry, payload) => article(entry, payload, words),
    foot: '</main>\n</html>\n',
  }),
};

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => signs[sign]!);

function beginning(head: readonly string[]): string {
  const [title = 'Socketscope', ...rest] = head.map(escaped);
  const policy = `default-src 'none'; style-src 'unsafe-inline'`;
  return [
    `<!doctype html>\n<html lang="${escaped(language)}">\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width">\n<title>${title}</title>`,
    `<style>${reportStyle}</style>`,
    `<header>\n<h1>${title}</h1>\n${rest.map((line) => `<p>${line}</p>\n`).join('')}</header>\n<main>\n`,
  ].join('\n');
}

async function* article(
  entry: Entry,
  payload: AsyncIterable<Uint8Array>,
  words: Texts,
): AsyncGenerator<string> {
  const { sequence, time, kind, peer, length, detail, frame, connection } = entry;
  const direction = directionOf(kind);
  const amiss = frameWords(frame ?? null, words);
  const told = words.exporting.html;
  const about = [
    `<b>${directionSigns[direction]} ${escaped(told.kinds[direction])}</b>`,
    peer === '' ? '' : `<span>${escaped(peer)}</span>`,
    detail === null ? `<span>${formatBytes(length)}</span>` : '',
    amiss === null ? '' : `<em>${escaped(amiss)}</em>`,
    `<time datetime="${formatIso(time)}">${formatDateTime(time)}</time>`,
    connection === null ? '' : `<span>${escaped(told.connection(connection))}</span>`,
    // Several frames can end in one record.
    frame === undefined
      ? `<a id="r${sequence}" href="#r${sequence}">#${sequence}</a>`
      : `<span>#${sequence}</span>`,
  ];
  yield `<article class="${direction}"><div>${about.join('')}</div>`;
  try {
    if (detail !== null) yield `<p>${escaped(describeRecord(detail, peer, words))}</p>`;
    else if (length > 0) yield* shownPayload(entry, payload);
  } finally {
    yield `${said(entry)}${decoded(entry, words)}</article>\n`;
  }
}

const said = ({ annotation }: Entry): string =>
  annotation === undefined
    ? ''
    : `<p class="note">${escaped(
        [annotation.bookmarked ? '★' : '', ...annotation.tags.map((tag) => `#${tag}`), annotation.note].join(
          ' ',
        ),
      )}</p>`;

function decoded(entry: Entry, words: Texts): string {
  const line = decodedLine(entry, words).trim();
  return line === '' ? '' : `<p class="decoded">${escaped(line)}</p>`;
}

/** As the first piece looks, all of it is shown: as text with signs, or as lines of bytes. */
async function* shownPayload(entry: Entry, payload: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let show: ((bytes: Uint8Array, goesOn: boolean) => string) | null = null;
  let left = entry.length;
  yield '<pre>';
  try {
    for await (const bytes of payload) {
      left -= bytes.length;
      const reading = entry.reading ?? asUtf8;
      show ??= looksBinary(bytes, entry.length, reading) ? hexLines() : signedText(reading);
      yield show(bytes, left > 0);
    }
  } finally {
    yield '</pre>';
  }
}

function hexLines(): (bytes: Uint8Array) => string {
  let offset = 0;
  return (bytes) => {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += bytesPerLine, offset += bytesPerLine) {
      const some = bytes.subarray(at, at + bytesPerLine);
      const place = offset.toString(16).padStart(6, '0');
      lines.push(
        `<i>${place}</i>  ${formatHexGroups(some).padEnd(bytesPerLine * 3)}  ${escaped(plainText(some))}\n`,
      );
    }
    return lines.join('');
  };
}

/** A character that goes on in the next piece waits for it. */
function signedText(first: TextReading): (bytes: Uint8Array, goesOn: boolean) => string {
  let rest = new Uint8Array(0);
  let reading = first;
  return (bytes, goesOn) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    // What is not shown of it is told as cut off, behind a byte that there is not.
    const pieces = piecesOf(all, goesOn, reading);
    const cut = goesOn ? pieces.pop() : undefined;
    rest = all.slice(all.length - (cut?.type === 'cut' ? cut.bytes - 1 : 0));
    reading = { ...reading, before: new Uint8Array(0) };
    return pieces.map(shownPiece).join('');
  };
}

/** A piece by itself can look binary where the whole does not: it is text all the same. */
function piecesOf(bytes: Uint8Array, goesOn: boolean, reading: TextReading): Piece[] {
  return previewPieces(bytes, bytes.length + (goesOn ? 1 : 0), [], reading);
}

function shownPiece(piece: Piece): string {
  switch (piece.type) {
    case 'text':
      return escaped(piece.text);
    case 'blank':
      return `<i>${escaped(piece.text)}</i>`;
    case 'control':
      return `<i>${piece.name}</i>${piece.name === 'LF' ? '\n' : ''}`;
    case 'malformed':
    case 'torn':
    case 'hex':
      return `<u>${piece.hex}</u>`;
    default:
      return '';
  }
}
