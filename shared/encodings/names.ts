/** Encodings by the names that programs and people have for them. */
import { nearest } from '../nearest.ts';
import { asTyped } from '../typed.ts';
import { encodingIds, type EncodingId } from './encodings.ts';

/** Of iconv, of the Encoding Standard, and numbers of code pages; as `plain` makes them. */
const otherNames: Partial<Record<EncodingId, readonly string[]>> = {
  'utf-8': ['65001'],
  'utf-16le': ['ucs2le', '1200'],
  'utf-16be': ['ucs2be', '1201'],
  'us-ascii': ['ascii', '20127'],
  'iso-8859-1': ['latin1', '819', '28591'],
  gbk: ['936', 'gb2312', 'euccn'],
  gb18030: ['54936'],
  big5: ['950'],
  shift_jis: ['932', 'sjis', 'mskanji', '31j'],
  'euc-jp': ['51932', 'ujis'],
  'euc-kr': ['949', 'uhc', 'ksc5601'],
  'koi8-r': ['20866'],
  'iso-8859-2': ['latin2'],
  'iso-8859-3': ['latin3'],
  'iso-8859-4': ['latin4'],
  'iso-8859-5': ['cyrillic'],
  'iso-8859-6': ['arabic'],
  'iso-8859-7': ['greek'],
  'iso-8859-8': ['hebrew'],
  'iso-8859-10': ['latin6'],
  'iso-8859-13': ['latin7'],
  'iso-8859-14': ['latin8'],
  'iso-8859-15': ['latin9'],
  'iso-8859-16': ['latin10'],
  // These differ from the standard's by control characters alone.
  'windows-1254': ['iso88599', 'latin5'],
  'windows-874': ['iso885911', 'tis620'],
  'koi8-u': ['21866'],
  macintosh: ['mac', 'macroman', '10000'],
  'x-mac-cyrillic': ['maccyrillic', 'macukraine', '10007'],
  'mac-greek': ['10006'],
  'mac-centeurope': ['maccentraleurope', 'maclatin2', '10029'],
  'mac-turkish': ['10081'],
  'mac-iceland': ['10079'],
  'mac-romanian': ['macromania', '10010'],
  'mac-croatian': ['10082'],
  'hp-roman8': ['roman8', '1051'],
  'kz-1048': ['rk1048', 'strk1048'],
  ptcp154: ['pt154', 'csptcp154'],
};

/** Without what is written in many ways: signs, and the prefix of a code page. */
const plain = (name: string): string =>
  asTyped(name)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^(?:windows|win|ibm|cp|ms|dos|oem|codepage)(?=\d)/, '')
    .replace(/^(?=8859\d)/, 'iso');

let byName: Map<string, EncodingId> | null = null;
const names = (): Map<string, EncodingId> =>
  (byName ??= new Map(
    encodingIds.flatMap((id) => [plain(id), ...(otherNames[id] ?? [])].map((name) => [name, id] as const)),
  ));

/** By any name of it: `cp1251`, `latin2`, `Shift-JIS`. Null where nothing is called so. */
export const encodingNamed = (name: string): EncodingId | null => names().get(plain(name)) ?? null;

/** The one whose name is most like what was written, in few letters; null where none is. */
export function nearestEncoding(name: string): EncodingId | null {
  const near = nearest(plain(name), names().keys());
  return near === null ? null : names().get(near)!;
}

/** Its names beside its id, to be searched through. */
export const alsoCalled = (id: EncodingId): readonly string[] => {
  const number = /^(?:windows-|ibm)(\d+)$/.exec(id)?.[1];
  return [...(number === undefined ? [] : [number]), ...(otherNames[id] ?? [])].map((name) =>
    /^\d/.test(name) ? `cp${name}` : name,
  );
};
