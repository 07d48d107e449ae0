/** Sequences as YAML files that a person keeps, reads and shares. */
import type { Sequence } from '../../shared/sequences/sequence.ts';
import type { FileProblem } from '../../shared/sequences/yaml.ts';
import { explainSequenceProblem, texts } from '../../shared/texts/index.ts';
import { Part } from '../lib/part.svelte.ts';

/** What is said of a file, line by line. */
export type Told = { head: string; lines: string[] };

const yaml = new Part(() => import('../../shared/sequences/yaml.ts'));
/** A character has four bytes at most. */
const mostBytesOfCharacter = 4;
const mostTold = 100;

/** `sequence`: null where it is none, and `told` says why. */
export async function openFile(file: File): Promise<{ sequence: Sequence | null; told: Told | null }> {
  const words = texts.sequenceTab;
  const { mostYaml, readSequence } = await yaml.want();
  const refuse = (line: string) => ({
    sequence: null,
    told: { head: words.fileProblems(file.name), lines: [line] },
  });
  if (file.size > mostYaml * mostBytesOfCharacter) return refuse(words.tooLong);
  const text = textOf(await file.arrayBuffer());
  if (text === null) return refuse(words.noText);
  const read = readSequence(text);
  if (!read.ok)
    return { sequence: null, told: { head: words.fileProblems(file.name), lines: linesOf(read.problems) } };
  const { sequence, warnings } = read;
  return {
    sequence,
    told: warnings.length === 0 ? null : { head: words.fileWarnings(file.name), lines: linesOf(warnings) },
  };
}

const linesOf = (problems: readonly FileProblem[]): string[] =>
  problems
    .slice(0, mostTold)
    .map((problem) =>
      texts.sequenceTab.problemAt(problem.line, problem.column, explainSequenceProblem(problem)),
    );

function textOf(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // No UTF-8: the caller says so.
    return null;
  }
}
