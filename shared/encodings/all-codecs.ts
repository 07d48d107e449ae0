/** All encodings beside UTF-8, for whoever imports this. */
import { useCodecs, type CodecMakers } from './encodings.ts';
import { multiByte, shapes } from './multi-byte.ts';
import { highHalves } from './single-byte-tables.ts';
import { fromTable, latin1, singleByte } from './single-byte.ts';
import { utf16 } from './utf-16.ts';

type Makers<T> = Record<keyof T, CodecMakers[keyof CodecMakers]>;
const each = <T extends object>(
  tables: T,
  make: (id: keyof T) => ReturnType<CodecMakers['gbk']>,
): Makers<T> =>
  Object.fromEntries((Object.keys(tables) as (keyof T)[]).map((id) => [id, () => make(id)])) as Makers<T>;

useCodecs({
  'utf-16le': () => utf16(true),
  'utf-16be': () => utf16(false),
  'us-ascii': () => singleByte([]),
  'iso-8859-1': latin1,
  ...each(highHalves, fromTable),
  ...each(shapes, (id) => multiByte(shapes[id])),
});
