/** What can be brought along. One more format is a file and an entry of the table. */
import { Finds, mostImportBytes, unreadable, Unreadable, type Brought, type RefusalCode } from './brought.ts';
import { looksLikeCommands, readCommandLines } from './command-lines.ts';
import { readForeignLines } from './foreign-text.ts';
import { looksLikeOwn, readOwn } from './own.ts';
import { looksLikePacketIni, readPacketIni } from './packet-sender-ini.ts';
import { looksLikePackets, readPacketJson } from './packet-sender-json.ts';
import { readRaw } from './raw.ts';

type Source = { bytes: Uint8Array; text: string; name: string };
type Importer = {
  /** Of text that may be anything: nobody writes it so and means something else. */
  recognises: (text: string) => boolean;
  read: (source: Source, finds: Finds) => void;
  /** Bytes that are no UTF-8 are read as those of Latin-1, or as they are. */
  takes?: 'latin1' | 'bytes';
};

/** In the order in which they are asked whether they know a text. */
const table = {
  socketscope: { recognises: looksLikeOwn, read: ({ text }, finds) => readOwn(text, finds) },
  'packetsender-json': {
    recognises: looksLikePackets,
    read: ({ text }, finds) => readPacketJson(text, finds),
  },
  'packetsender-ini': {
    recognises: looksLikePacketIni,
    read: ({ text }, finds) => readPacketIni(text, finds),
    takes: 'latin1',
  },
  commands: { recognises: looksLikeCommands, read: ({ text }, finds) => readCommandLines(text, finds) },
  hercules: {
    recognises: (text) => /\$0[0-9a-f]/i.test(text) && isShort(text),
    read: ({ text }, finds) => readForeignLines('hercules', text, finds),
  },
  sokit: {
    recognises: (text) => /\[[0-9a-f]{2}(?:\s?[0-9a-f]{2})+\]|\[0[0-9ad]\]/i.test(text) && isShort(text),
    read: ({ text }, finds) => readForeignLines('sokit', text, finds),
  },
  raw: {
    recognises: () => true,
    read: ({ bytes, name }, finds) => readRaw(bytes, name, finds),
    takes: 'bytes',
  },
} as const satisfies Record<string, Importer>;

export type ImportFormat = keyof typeof table;
export const importFormats = Object.keys(table) as ImportFormat[];
const importers: Readonly<Record<ImportFormat, Importer>> = table;

/** Lists of messages, not a log or a program's text in which the like of a notation stands somewhere. */
const isShort = (text: string): boolean => text.length <= 64 * 1024;

export type ImportOptions = { name?: string; as?: ImportFormat };

/** Never throws; linear in the length, which is bounded. `format`: as it was asked for, or as it was recognised. */
export function readImport(
  bytes: Uint8Array,
  { name = '', as }: ImportOptions = {},
): Brought & { format: ImportFormat } {
  const utf8 = textIn(bytes);
  const text = utf8 ?? latin1(bytes.subarray(0, mostImportBytes));
  const format =
    as ?? importFormats.find((each) => canRead(each, utf8) && importers[each].recognises(text)) ?? 'raw';
  const finds = new Finds();
  try {
    const code = problemWith(bytes, utf8, format);
    if (code !== null) throw new Unreadable(code);
    importers[format].read({ bytes, text, name }, finds);
    const brought = finds.brought(text);
    if (brought.messages.length + brought.endpoints.length + brought.refused.length === 0)
      throw new Unreadable('nothing-found');
    return { ...brought, format };
  } catch (error) {
    if (error instanceof Unreadable) return { ...unreadable(text, error), format };
    throw error;
  }
}

const canRead = (format: ImportFormat, utf8: string | null): boolean =>
  utf8 !== null || importers[format].takes !== undefined;

function problemWith(bytes: Uint8Array, utf8: string | null, format: ImportFormat): RefusalCode | null {
  if (bytes.length === 0) return 'file-empty';
  if (bytes.length > mostImportBytes) return 'file-too-long';
  return canRead(format, utf8) ? null : 'file-not-utf8';
}

/** UTF-8, or UTF-16 with its mark; null for anything else. */
function textIn(bytes: Uint8Array): string | null {
  if (bytes.length > mostImportBytes) return null;
  try {
    const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
    return new TextDecoder(isWide ? 'utf-16le' : 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // Neither of them.
  }
}

/** What platforms call so is Windows-1252. */
const latin1 = (bytes: Uint8Array): string =>
  new TextDecoder('utf-16le', { ignoreBOM: true }).decode(new Uint8Array(Uint16Array.from(bytes).buffer));
