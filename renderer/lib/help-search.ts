/** True where every word of `query` stands somewhere in the texts, whatever its case and order. */
export function isFound(query: string, ...where: readonly string[]): boolean {
  const text = where.join('\n').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
