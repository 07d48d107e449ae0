/** Lines of heads: those of HTTP and of the parts of a multipart body. */
import type { Tree } from '../tree.ts';

const lineFeed = 10;
/** No line that somebody means is longer. */
const mostLine = 64 * 1024;

/** How long the line is that comes next, with its end; null: it has none (yet). */
export function lineLength(tree: Tree): number | null {
  const most = Math.min(tree.end, tree.at + mostLine);
  const feed = tree.bytes.subarray(tree.at, most).indexOf(lineFeed);
  tree.spend(feed < 0 ? most - tree.at : feed);
  return feed < 0 ? null : feed + 1;
}

/** The next line without its end. */
export const lineText = (tree: Tree, length: number): string =>
  tree.ascii(tree.at, tree.at + length).replace(/\r?\n$/, '');

/** Reads header lines and the empty one behind them; names in lower case, what stands twice joined by commas. */
export function headerLines(tree: Tree): Map<string, string> {
  const headers = new Map<string, string>();
  for (;;) {
    const length = lineLength(tree) ?? tree.stop(tree.left < mostLine ? 'incomplete' : 'unexpected');
    const line = lineText(tree, length);
    if (line === '') {
      tree.leaf('', length);
      return headers;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) {
      tree.leaf('line', length, line, 'unexpected');
      continue;
    }
    const name = line.slice(0, colon);
    const from = tree.at + colon + 1;
    const value = tree.textAt(from, from + line.length - colon - 1).trim();
    tree.leaf(name, length, value);
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
}
