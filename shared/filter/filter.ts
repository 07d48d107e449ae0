/** A filter of a log, with all keys that there are. */
import type { MessageDecoding } from '../decoding/choice.ts';
import type { ShownEncodings } from '../encodings/shown.ts';
import { filterOperators } from './operators.ts';
import { formBy, readBy, type FilterReading } from './reading.ts';

export type Filter = {
  /** The number of one connection, or null. */
  connection: number | null;
  /** In the language of filters; '' = all. */
  text: string;
  /** In which sentences events are searched and saved, by a name in `texts/languages.ts`; the host's where missing. */
  language?: string;
  /** In which bytes are read as text, looked for and saved; UTF-8 where missing. */
  encodings?: ShownEncodings;
  /** As what `decoded:` reads them; as what they look like where missing. */
  decoding?: MessageDecoding;
};

/** As `formBy` says. */
export const filterForm = (text: string) => formBy(filterOperators, text);

/** As `readBy` says. */
export const readFilter = (text: string): FilterReading => readBy(filterOperators, text);
