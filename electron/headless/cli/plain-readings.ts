/** `decode --as values` and `--as histogram`: what the pane of a record says of its bytes beside their decoded tree. */
import { escapeLine, formatByte } from '../../../shared/payload/format.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { texts } from '../../../shared/texts/index.ts';
import { valueGroups, valuesIn } from '../../../shared/values/groups.ts';
import { histogramOf, mostFrequent } from '../../../shared/values/histogram.ts';
import { inspectValues } from '../../../shared/values/inspect.ts';
import { inspectedBytes } from '../../../shared/values/inspected-bytes.ts';
import { ownValue, readOwnForm, type OwnValue } from '../../../shared/values/own.ts';

type Plain = { at: number; own: readonly OwnValue[] };
const barWidth = 40;

/** One line for each row. */
export function* plainLines(
  as: 'values' | 'histogram',
  format: 'text' | 'jsonl',
  bytes: Uint8Array,
  { at, own }: Plain,
): Generator<string> {
  if (as === 'values') {
    const { little, big } = texts.inspector.values.short;
    if (format === 'text') yield line('', little, big);
    for (const row of valueRows(bytes.subarray(at, at + inspectedBytes), own))
      yield format === 'jsonl'
        ? jsonForTerminal(row)
        : 'value' in row
          ? line(row.name, row.value)
          : line(row.name, row.little, row.big);
  } else yield* format === 'jsonl' ? histogramObjects(bytes) : histogramText(bytes);
}

const line = (name: string, ...values: string[]): string =>
  `${escapeLine(name).padEnd(16)}${values.map((value) => escapeLine(value).padEnd(26)).join('')}`.trimEnd();

type Row = { name: string; value: string } | { name: string; little: string; big: string };

/** Only what there are enough bytes for. */
function* valueRows(bytes: Uint8Array, own: readonly OwnValue[]): Generator<Row> {
  const { character, bits, ...numbers } = inspectValues(bytes);
  for (const [name, value] of Object.entries(numbers))
    if (value !== null) yield typeof value === 'string' ? { name, value } : { name, ...value };
  if (character !== null)
    yield { name: texts.encodings['utf-8'], value: `${character.text}  ${character.codePoint}` };
  if (bits !== null) yield { name: texts.inspector.values.bits, value: bits };
  const { names, swappedName } = texts.values;
  for (const group of valueGroups)
    for (const { id, little, big } of valuesIn(group, bytes)) {
      const name = group === 'swapped' ? swappedName(names[id]) : names[id];
      yield big === null ? { name, value: little } : { name, little, big };
    }
  for (const { name, form } of own) {
    const read = readOwnForm(form);
    const value = read.ok ? ownValue(read.form, bytes) : null;
    if (value !== null) yield { name, value };
  }
}

function* histogramObjects(bytes: Uint8Array): Generator<string> {
  const { counts, total, entropy, printable, zeros, different } = histogramOf(bytes);
  yield jsonForTerminal({ total, entropy, printable, zeros, different });
  for (const [byte, count] of counts.entries()) if (count > 0) yield jsonForTerminal({ byte, count });
}

function* histogramText(bytes: Uint8Array): Generator<string> {
  const words = texts.values;
  const counted = histogramOf(bytes);
  const { total, entropy, printable, zeros, different, largest } = counted;
  yield texts.units.bytes(total);
  yield `${words.entropy}: ${words.bitsAByte(entropy)}`;
  yield `${words.differentBytes}: ${words.differentOf(different)}`;
  yield `${words.printable}: ${words.counted(printable, total)}`;
  yield `${words.zeros}: ${words.counted(zeros, total)}`;
  for (const { byte, count } of mostFrequent(counted, 256))
    yield `${formatByte(byte)}  ${String(count).padStart(10)}  ${'#'.repeat(Math.ceil((barWidth * count) / largest))}`;
}
