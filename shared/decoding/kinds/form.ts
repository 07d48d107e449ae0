/** Forms as browsers write them into bodies and targets: `a=1&b=two+words`. */
import type { Decoder } from '../decoder.ts';
import { shortened } from '../tree.ts';

const [ampersand, equals] = [0x26, 0x3d];

export const form: Decoder = {
  id: 'form',
  confidence(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 1000));
    return /^[\w.~%+*[\]-]{1,200}=[\w.~%+*!'(),:@/-]*(?:&[\w.~%+*[\]-]+=[\w.~%+*!'(),:@/-]*)+$/.test(text)
      ? 0.6
      : 0;
  },
  read(tree) {
    const names: string[] = [];
    while (tree.left > 0) {
      const rest = tree.bytes.subarray(tree.at, tree.end);
      const stop = rest.indexOf(ampersand);
      const end = stop < 0 ? rest.length : stop;
      tree.spend(end);
      const sign = rest.subarray(0, end).indexOf(equals);
      const start = tree.at;
      const name = plain(tree.textAt(start, start + (sign < 0 ? end : sign)));
      const value = sign < 0 ? undefined : plain(tree.textAt(start + sign + 1, start + end));
      names.push(value === undefined ? name : `${name}=${value}`);
      tree.leaf(name, end, value);
      if (stop >= 0) tree.leaf('', 1);
    }
    tree.say(shortened(names.slice(0, 8).join(' '), 100));
  },
};

function plain(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Percent signs that mean nothing stay as they are.
    return spaced;
  }
}
