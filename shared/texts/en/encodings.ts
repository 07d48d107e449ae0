import type { EncodingId } from '../../encodings/encodings.ts';

/** As their standards and other programs call them. */
export const encodings: Record<EncodingId, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'us-ascii': 'ASCII',
  'iso-8859-1': 'ISO 8859-1',
  'windows-1252': 'Windows-1252',
  gbk: 'GBK',
  gb18030: 'GB18030',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  'euc-kr': 'EUC-KR',
  'koi8-r': 'KOI8-R',
  ibm437: 'IBM437',
  ibm850: 'IBM850',
};
