/** `socketscope annotate DIR RECORD…`: bookmarks, notes and tags of records, as the window's log sets them. */
import { stat } from 'node:fs/promises';
import { mostTags, noAnnotation, type Annotation } from '../../../shared/annotations.ts';
import { failureOf } from '../../../shared/failure.ts';
import { annotationLine } from '../../../shared/show/annotation-line.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { tell } from '../terminal.ts';
import { annotationsOf, withCapture } from './kept-capture.ts';
import { printLines } from './print-lines.ts';
import { UsageError } from './usage-error.ts';

export type AnnotateOptions = {
  endpoint?: string;
  /** Undefined: as it is. */
  bookmark?: boolean;
  /** Undefined: as it is; '': none. */
  note?: string;
  tag?: string[];
  untag?: string[];
};

/**
 * Changes what is said of records of an endpoint of the workspace that is open in a data folder, which the app must not
 * have open, and prints what is said of them then. Resolves with the exit code. Throws a `UsageError`.
 */
export async function annotate(
  path: string,
  records: readonly string[],
  { endpoint, ...options }: AnnotateOptions,
): Promise<number> {
  const { problems } = texts.commandLine;
  // Of a capture file a copy is read, which would be gone with what was said.
  if ((await stat(path).catch(() => null))?.isFile()) throw new UsageError(problems.captureFileStays(path));
  return withCapture(path, endpoint, async (_, capture) => {
    const sequences = [...new Set(records.map(sequenceOf))];
    for (const sequence of sequences)
      if (sequence < capture.cleared || sequence >= capture.length)
        throw new UsageError(problems.noRecord(sequence));
    const annotations = await annotationsOf(capture);
    const changes = sequences.map((sequence) => changeOf(annotations.of(sequence) ?? noAnnotation, options));
    try {
      for (const [at, sequence] of sequences.entries())
        if (Object.keys(changes[at]!).length > 0) await annotations.change([sequence], changes[at]!);
    } catch (error) {
      tell(`${texts.commandLine.notAnnotated(inWords(failureOf(error)).message)}\n`);
      return 1;
    }
    const lines = sequences.map((sequence) => {
      const said = annotations.of(sequence);
      return said === null ? `#${sequence}` : `#${sequence} ${annotationLine(said)}`;
    });
    return (await printLines(lines)) ? 0 : 1;
  });
}

function sequenceOf(given: string): number {
  const number = /^\s*#?(\d{1,10})\s*$/.exec(given)?.[1];
  if (number === undefined) throw new UsageError(texts.commandLine.problems.annotateWhat(given));
  return Number(number);
}

function changeOf(
  { tags }: Annotation,
  { bookmark, note, tag = [], untag = [] }: AnnotateOptions,
): Partial<Annotation> {
  const next = [...new Set([...tags, ...tag])].filter((each) => !untag.includes(each));
  if (next.length > mostTags) throw new UsageError(texts.annotations.tooManyTags(mostTags));
  return {
    ...(bookmark === undefined ? {} : { bookmarked: bookmark }),
    ...(note === undefined ? {} : { note }),
    ...(tag.length + untag.length === 0 ? {} : { tags: next }),
  };
}
