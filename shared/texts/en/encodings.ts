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

/** Which one bytes are shown in. */
export const encoding = {
  textAs: 'Text as',
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
  showAsDetail: 'Of all connections, in both directions.',
  /** Of a peer. */
  ofPeer: 'Text as',
  asOthers: (names: string) => `As of all others (${names})`,
};
