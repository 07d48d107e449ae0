/** Texts in the notation of another program, a message in each line: there a line break is written as its bytes. */
import { readForeign, type ForeignNotation } from '../payload/foreign.ts';
import { nameOf, writtenOf, type Finds } from './brought.ts';
import { eachLine } from './lines.ts';

export function readForeignLines(notation: ForeignNotation, text: string, finds: Finds): void {
  for (const { line, at } of eachLine(text)) {
    if (line.trim() === '') continue;
    if (finds.isFull) return finds.refuse('too-many', at);
    const read = readForeign(notation, line);
    if (read.ok) finds.message({ name: nameOf(line), written: writtenOf(read.bytes) }, at);
    else {
      const { start, end, code } = read.problem;
      finds.refuse('payload', at + start, line.slice(start, end), code);
    }
  }
}
