/** Multipart bodies (RFC 2046), as forms with files are sent. The first line says what stands between the parts. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';
import { headerLines, lineLength, lineText } from './head-lines.ts';
import { decoderOfType } from './media-types.ts';

/** RFC 2046: two hyphens and 70 characters. */
const mostDelimiter = 72;

export const multipart: Decoder = {
  id: 'multipart',
  confidence(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 300));
    return /^--[\w'()+,./:=? -]{1,70}\r?\nContent-/i.test(text) ? 0.9 : 0;
  },
  read(tree) {
    const length = lineLength(tree) ?? tree.stop('incomplete');
    const delimiter = lineText(tree, length).trimEnd();
    if (!delimiter.startsWith('--') || delimiter.length > mostDelimiter) tree.stop('unexpected');
    tree.leaf('boundary', length, delimiter.slice(2));
    for (let index = 0; tree.left > 0; index++) if (part(tree, index, delimiter)) break;
    // What stands behind the last part says nothing.
    if (tree.left > 0) tree.leaf('', tree.left);
  },
};

/** Whether it was the last one. */
function part(tree: Tree, index: number, delimiter: string): boolean {
  tree.group(index, () => {
    const { here } = tree;
    const headers = headerLines(tree);
    const named = /\bname="([^"]*)"/.exec(headers.get('content-disposition') ?? '')?.[1];
    if (named !== undefined) here.value = named;
    const end = indexOf(tree, `\n${delimiter}`);
    const feed = end < 0 ? tree.end : end;
    const isCrLf = end > tree.at && tree.bytes[end - 1] === 13;
    const length = Math.max(0, feed - tree.at - (isCrLf ? 1 : 0));
    tree.content('content', length, decoderOfType(headers.get('content-type') ?? ''));
    if (end < 0) tree.stop('incomplete');
  });
  const blank = lineEnd(tree);
  const from = tree.at + blank + delimiter.length;
  const isLast = tree.ascii(from, Math.min(tree.end, from + 2)) === '--';
  tree.leaf('', blank);
  tree.leaf('boundary', lineLength(tree) ?? (isLast ? tree.left : tree.stop('incomplete')));
  if (isLast) tree.say(`${index + 1} × multipart`);
  return isLast;
}

/** CR LF or LF before a delimiter. */
const lineEnd = (tree: Tree): number => (tree.bytes[tree.at] === 13 ? 2 : 1);

function indexOf(tree: Tree, wanted: string): number {
  const { bytes } = tree;
  for (let at = tree.at; ;) {
    at = bytes.subarray(0, tree.end).indexOf(10, at);
    if (at < 0 || at + wanted.length > tree.end) return -1;
    tree.spend(wanted.length);
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted.charCodeAt(same)) same++;
    if (same === wanted.length) return at;
    at++;
  }
}
