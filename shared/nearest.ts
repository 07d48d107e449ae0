/** The name that somebody meant, by the fewest letters that were added, left out or changed. */

/** Null when none is near: more than half of it would have to be written anew. Names of a few letters, so quadratic. */
export function nearest(typed: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Infinity;
  for (const name of names) {
    const most = Math.min(name.length / 2, least - 1);
    // So many letters must be added or left out, at least.
    if (Math.abs(name.length - typed.length) > most) continue;
    const letters = distance(typed, name);
    if (letters > most) continue;
    best = name;
    least = letters;
  }
  return best;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
