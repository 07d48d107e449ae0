/** PEM (RFC 7468): what stands in Base64 between BEGIN and END is read as DER. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';
import { lineLength, lineText } from './head-lines.ts';

const begin = /^-----BEGIN ([A-Z0-9 ]{1,64})-----\s*$/;

export const pem: Decoder = {
  id: 'pem',
  confidence: (bytes) => {
    const text = String.fromCharCode(...bytes.subarray(0, 2000));
    return /^\s*-----BEGIN [A-Z0-9 ]+-----/.test(text)
      ? 0.98
      : /\n-----BEGIN [A-Z0-9 ]+-----\r?\n/.test(text)
        ? 0.7
        : 0;
  },
  read(tree) {
    while (tree.left > 0) {
      const length = lineLength(tree) ?? tree.left;
      const label = begin.exec(lineText(tree, Math.min(length, 200)))?.[1];
      // Anything may stand between, such as whom a certificate is of.
      if (label === undefined) tree.leaf('', length);
      else block(tree, label, length);
    }
  },
};

function block(tree: Tree, label: string, length: number): void {
  tree.say(label);
  tree.group(label, () => {
    tree.leaf('', length);
    const start = tree.at;
    let [end, last, text] = [start, 0, ''];
    const isOf = `-----END ${label}-----`;
    // The reading goes on behind lines that are not taken yet.
    while (last === 0) {
      const rest = tree.bytes.subarray(end, Math.min(tree.end, end + 200));
      const feed = rest.indexOf(10);
      if (end >= tree.end) tree.stop('incomplete');
      const size = feed < 0 ? rest.length : feed + 1;
      const line = tree.ascii(end, end + size).trim();
      tree.spend(size);
      if (line === isOf) last = size;
      else {
        if (feed < 0 && end + size < tree.end) tree.stop('unexpected');
        // Headers of encrypted keys.
        if (!line.includes(':') && !line.includes(',')) text += line;
        end += size;
      }
    }
    const node = tree.leaf('Base64', end - start);
    const bytes = bytesOf(text);
    if (bytes === null) tree.amiss(node, 'damaged');
    else if (text !== '') tree.layer(node, bytes, (inner) => inner.nested('der'));
    tree.leaf('', last);
  });
}

function bytesOf(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    // No Base64.
    return null;
  }
}
