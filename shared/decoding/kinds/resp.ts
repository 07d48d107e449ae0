/** Redis: RESP2, RESP3 and inline commands, one value behind another. */
import type { Decoder } from '../decoder.ts';
import { shortened, type Tree } from '../tree.ts';
import { lineLength, lineText } from './head-lines.ts';

/** What each first byte begins. */
const kinds: Readonly<Record<string, string>> = {
  ...{ '+': 'string', '-': 'error', ':': 'integer', $: 'bulk', '*': 'array' },
  ...{ _: 'null', '#': 'boolean', ',': 'double', '(': 'big', '!': 'bulk error', '=': 'verbatim' },
  ...{ '%': 'map', '~': 'set', '>': 'push', '|': 'attribute' },
};
const inline = /^[A-Za-z]{2,20}(?: [ -~]*)?$/;

export const resp: Decoder = {
  id: 'resp',
  confidence(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 200));
    if (/^\*\d{1,7}\r\n(?:[$*:+]-?\d|$)/.test(text)) return 0.97;
    if (/^(?:\$(?:-1|\d{1,9})\r\n|[~%>|*=!](?:-1|\d{1,7})\r\n|:[+-]?\d{1,20}\r\n|#[tf]\r\n|_\r\n)/.test(text))
      return 0.85;
    if (/^(?:\+(?:OK|PONG|QUEUED)|-[A-Z]{2,20} [^\r\n]*)\r\n/.test(text)) return 0.9;
    return /^\+[^\r\n]{0,100}\r\n$/.test(text) || /^(?:PING|QUIT|INFO)\r\n$/i.test(text) ? 0.6 : 0;
  },
  read(tree) {
    for (let index = 0; tree.left > 0; index++) {
      if ('-!'.includes(String.fromCharCode(tree.peek(1)))) tree.isRefusal = true;
      tree.say(shortened(value(tree, index), 100));
    }
  },
};

function value(tree: Tree, name: string | number): string {
  const sign = String.fromCharCode(tree.peek(1));
  const length = lineLength(tree) ?? tree.stop(tree.left < 64 * 1024 ? 'incomplete' : 'unexpected');
  const line = lineText(tree, length);
  const kind = Object.hasOwn(kinds, sign) ? kinds[sign]! : null;
  const text = line.slice(1);
  if (kind === null) {
    if (!inline.test(line)) tree.stop('unexpected');
    tree.leaf(name, length, line);
    return line;
  }
  if ('$!='.includes(sign)) return bulk(tree, name, length, countOf(tree, text));
  if ('*~>%|'.includes(sign)) return aggregate(tree, { name, kind, length, count: countOf(tree, text) });
  const said = simple(sign, text) ?? tree.stop('unexpected');
  tree.leaf(name, length, said.value);
  return said.text;
}

function simple(
  sign: string,
  text: string,
): { value: string | number | boolean | null; text: string } | null {
  if (sign === '_') return text === '' ? { value: null, text: 'null' } : null;
  if (sign === '#')
    return text === 't' || text === 'f' ? { value: text === 't', text: String(text === 't') } : null;
  if (sign === ':' || sign === '(') {
    if (!/^[+-]?\d+$/.test(text)) return null;
    const number = Number(text);
    return { value: Number.isSafeInteger(number) ? number : text, text };
  }
  if (sign === ',') {
    if (!/^(?:[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|-?inf|nan)$/.test(text)) return null;
    return { value: /\d/.test(text) ? Number(text) : text, text };
  }
  return { value: text, text: sign === '-' ? `-${text}` : text };
}

/** -1 is null in RESP2. */
function countOf(tree: Tree, text: string): number {
  if (!/^(?:-1|\d{1,10})$/.test(text)) tree.stop('unexpected');
  return Number(text);
}

function bulk(tree: Tree, name: string | number, length: number, size: number): string {
  if (size < 0) {
    tree.leaf(name, length, null);
    return 'null';
  }
  const start = tree.at + length;
  const whole = start + size + 2 <= tree.end;
  const said = tree.dataAt(Math.min(tree.end, start), Math.min(tree.end, start + size));
  tree.group(
    name,
    () => {
      tree.leaf('length', length, size);
      const there = Math.min(size, tree.left);
      tree.leaf('data', there, said);
      if (!whole) tree.stop('incomplete');
      if (tree.peek(2) !== 0x0d0a) tree.stop('wrong-length');
      tree.leaf('', 2);
    },
    said,
  );
  return said;
}

type Aggregate = { name: string | number; kind: string; length: number; count: number };

function aggregate(tree: Tree, { name, kind, length, count }: Aggregate): string {
  if (count < 0) {
    tree.leaf(name, length, null);
    return 'null';
  }
  const pairs = kind === 'map' || kind === 'attribute' ? 2 : 1;
  const said: string[] = [];
  tree.group(
    name,
    () => {
      tree.leaf('count', length, count);
      for (let index = 0; index < count * pairs; index++) {
        const label = pairs === 2 ? (index % 2 === 0 ? 'key' : 'value') : index;
        const text = value(tree, label);
        if (said.length < 8) said.push(text);
      }
    },
    `${kind} ${count}`,
  );
  // An attribute stands before the value that it is about.
  return shortened(said.join(' '), 100) || `${kind} ${count}`;
}
