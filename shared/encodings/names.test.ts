import { expect, test } from 'vitest';
import { encodingIds, type EncodingId } from './encodings.ts';
import { alsoCalled, encodingNamed, nearestEncoding } from './names.ts';

test.each<[string, EncodingId]>([
  ['utf8', 'utf-8'],
  ['UTF-16LE', 'utf-16le'],
  ['ASCII', 'us-ascii'],
  ['latin1', 'iso-8859-1'],
  ['ISO_8859-5', 'iso-8859-5'],
  ['8859-15', 'iso-8859-15'],
  ['latin2', 'iso-8859-2'],
  ['ISO-8859-9', 'windows-1254'],
  ['cp1251', 'windows-1251'],
  ['win-1251', 'windows-1251'],
  ['WINDOWS-1251', 'windows-1251'],
  ['1251', 'windows-1251'],
  ['cp866', 'ibm866'],
  ['CP850', 'ibm850'],
  ['sjis', 'shift_jis'],
  ['Shift-JIS', 'shift_jis'],
  ['cp932', 'shift_jis'],
  ['windows-31j', 'shift_jis'],
  ['gb2312', 'gbk'],
  ['cp936', 'gbk'],
  ['GB 18030', 'gb18030'],
  ['eucJP', 'euc-jp'],
  ['KS_C_5601', 'euc-kr'],
  ['koi8r', 'koi8-r'],
  ['KOI8-U', 'koi8-u'],
  ['macroman', 'macintosh'],
  ['ＧＢＫ', 'gbk'],
])('%s is %s', (name, id) => expect(encodingNamed(name)).toBe(id));

test('each is called by its id and its other names, and no two alike', () => {
  for (const id of encodingIds)
    for (const name of [id, id.toUpperCase(), ...alsoCalled(id)])
      expect([name, encodingNamed(name)]).toEqual([name, id]);
  expect(alsoCalled('windows-1251')).toEqual(['cp1251']);
});

test('a name that nothing has leads to the nearest one, or to none', () => {
  expect(['windows-1259', 'gbkk', 'utf-7', 'klingon', ''].map(encodingNamed)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(nearestEncoding('gbkk')).toBe('gbk');
  expect(nearestEncoding('shift_jsi')).toBe('shift_jis');
  expect(nearestEncoding('klingon!!')).toBe(null);
});
