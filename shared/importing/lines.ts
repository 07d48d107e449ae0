/** Each line without its end, and where it begins. */
export function* eachLine(text: string): Generator<{ line: string; at: number }> {
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length;) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    yield { line: text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end), at };
    at = end + 1;
  }
}
