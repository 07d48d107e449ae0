/** Ranks what a person may mean by a few letters. */

/** Higher is better; null where not every word of `query` is found. Words may stand in any order. */
export function matchScore(name: string, query: string): number | null {
  const text = name.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = text.indexOf(word);
    if (at >= 0) score += at === 0 ? 4 : /\W/.test(text[at - 1]!) ? 3 : 1;
    else if (!initialsOf(text).startsWith(word)) return null;
    else score += 2;
  }
  return score;
}

const initialsOf = (text: string): string =>
  text
    .split(/\W+/)
    .map((word) => word[0] ?? '')
    .join('');
