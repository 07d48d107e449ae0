/** All encodings beside UTF-8, for whoever imports this. */
import { useCodecs } from './encodings.ts';
import { multiByte, shapes } from './multi-byte.ts';
import { fromPlatform, ibm437, ibm850, latin1, singleByte, windows1252 } from './single-byte.ts';
import { utf16 } from './utf-16.ts';

useCodecs({
  'utf-16le': () => utf16(true),
  'utf-16be': () => utf16(false),
  'us-ascii': () => singleByte([]),
  'iso-8859-1': latin1,
  'windows-1252': windows1252,
  gbk: () => multiByte(shapes.gbk),
  gb18030: () => multiByte(shapes.gb18030),
  big5: () => multiByte(shapes.big5),
  shift_jis: () => multiByte(shapes.shift_jis),
  'euc-jp': () => multiByte(shapes['euc-jp']),
  'euc-kr': () => multiByte(shapes['euc-kr']),
  'koi8-r': () => fromPlatform('koi8-r'),
  ibm437,
  ibm850,
});
