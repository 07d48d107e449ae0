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
  'iso-8859-2': 'ISO 8859-2',
  'iso-8859-3': 'ISO 8859-3',
  'iso-8859-4': 'ISO 8859-4',
  'iso-8859-5': 'ISO 8859-5',
  'iso-8859-6': 'ISO 8859-6',
  'iso-8859-7': 'ISO 8859-7',
  'iso-8859-8': 'ISO 8859-8',
  'iso-8859-10': 'ISO 8859-10',
  'iso-8859-13': 'ISO 8859-13',
  'iso-8859-14': 'ISO 8859-14',
  'iso-8859-15': 'ISO 8859-15',
  'iso-8859-16': 'ISO 8859-16',
  'windows-874': 'Windows-874',
  'windows-1250': 'Windows-1250',
  'windows-1251': 'Windows-1251',
  'windows-1253': 'Windows-1253',
  'windows-1254': 'Windows-1254',
  'windows-1255': 'Windows-1255',
  'windows-1256': 'Windows-1256',
  'windows-1257': 'Windows-1257',
  'windows-1258': 'Windows-1258',
  'koi8-u': 'KOI8-U',
  ibm866: 'IBM866',
  macintosh: 'Mac Roman',
  'x-mac-cyrillic': 'Mac Cyrillic',
};

/** Which one bytes are shown in. */
export const encoding = {
  textAs: 'Text as',
  /** Over those that are met seldom. */
  others: 'Others',
  /** Beside the choice. */
  scope: { own: 'this connection', all: { sent: 'all sent', received: 'all received' } },
  ofOwn: { sent: 'This connection, sent', received: 'This connection, received' },
  ofAll: {
    listener: { sent: 'All that this server sends', received: 'All that this server receives' },
    client: { sent: 'All that this client sends', received: 'All that this client receives' },
  },
  looksLike: (name: string) => `Looks like ${name}`,
  showSo: 'Show so',
  /** In the palette. */
  showAs: (name: string) => `Show text as ${name}`,
  showAsDetail: (names: readonly string[]) =>
    `Of all connections, in both directions.${names.length === 0 ? '' : ` Also called ${names.join(', ')}.`}`,
  /** Of a peer. */
  ofPeer: 'Text as',
  asOthers: (names: string) => `As of all others (${names})`,
};
