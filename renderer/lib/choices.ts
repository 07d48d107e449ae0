import { commonEncodings, otherEncodings, type EncodingId } from '../../shared/encodings/encodings.ts';
import { texts } from '../../shared/texts/index.ts';

/** Those of one `group` stand together under its name, behind those without. */
export type Choice<T extends string> = { value: T; label: string; group?: string };

/** What a choice between values offers: each with the word for it. */
export const choicesOf = <T extends string>(
  values: readonly T[],
  words: Readonly<Record<T, string>>,
): Choice<T>[] => values.map((value) => ({ value, label: words[value] }));

/** The common ones first: the others are found by the first letters of their names. */
export const encodingChoices = (): Choice<EncodingId>[] => [
  ...choicesOf(commonEncodings, texts.encodings),
  ...choicesOf(otherEncodings, texts.encodings).map((each) => ({ ...each, group: texts.encoding.others })),
];
