/** What a choice between values offers: each with the word for it. */
export const choicesOf = <T extends string>(
  values: readonly T[],
  words: Readonly<Record<T, string>>,
): { value: T; label: string }[] => values.map((value) => ({ value, label: words[value] }));
