/** What a Modbus message says, whatever carries it (Modbus Application Protocol 1.1b3). */
import type { DecodeHints, RegisterKind } from '../context.ts';
import type { NodeValue } from '../decoded.ts';
import { floatOf, type Tree } from '../tree.ts';
import { exceptionNames, functionNames } from './modbus-names.ts';

const exceptionFlag = 0x80;
const mostSaidValues = 4;

export const isModbusFunction = (code: number): boolean =>
  functionNames[code & ~exceptionFlag] !== undefined ||
  (code >= 65 && code <= 72) ||
  (code >= 100 && code <= 110);

/** A PDU of this length: its node, and what it says. */
export function modbusPdu(tree: Tree, length: number): void {
  tree.sized('PDU', length, () => {
    const code = tree.number('function', 1);
    const plain = code & ~exceptionFlag;
    const name = functionNames[plain] ?? `function ${plain}`;
    const isReply = code >= exceptionFlag || isReplyOf(tree, plain, length);
    tree.here.value =
      code >= exceptionFlag ? `${name} exception` : `${name} ${isReply ? 'reply' : 'request'}`;
    const said =
      code >= exceptionFlag ? exception(tree) : isReply ? reply(tree, plain) : request(tree, plain);
    if (code >= exceptionFlag) tree.say(said);
    else tree.say(tree.isSaying ? `${name} ${said}`.trimEnd() : '');
  });
}

/** Replies to reading count their bytes; everything else that is that long is a request. */
function isReplyOf(tree: Tree, code: number, length: number): boolean {
  const known: DecodeHints['from'] = tree.hints.from;
  if (code === 5 || code === 6 || code === 22) return known === 'server';
  if (code === 15 || code === 16) return length === 5;
  if (code >= 1 && code <= 4 && length === 5 && known === undefined) return false;
  if (code === 23) return length === tree.peek(1) + 2;
  if (code >= 1 && code <= 4) return known === undefined || length !== 5 ? length !== 5 : known === 'server';
  return known === 'server';
}

function exception(tree: Tree): string {
  tree.isRefusal = true;
  const code = tree.peek(1);
  const name = exceptionNames[code] ?? 'unknown';
  tree.leaf('exception', 1, Number.isNaN(code) ? undefined : `${code} ${name}`);
  return `exception ${code}: ${name}`;
}

function request(tree: Tree, code: number): string {
  if (code === 23) {
    const from = tree.number('read address', 2);
    const count = tree.number('read quantity', 2);
    tree.number('write address', 2);
    tree.number('write quantity', 2);
    registers(tree, tree.number('byte count', 1), tree.peek(2, -5));
    return `@${from} ×${count}`;
  }
  if (!((code >= 1 && code <= 6) || code === 15 || code === 16 || code === 22)) return other(tree);
  const address = tree.number('address', 2);
  if (code === 5 || code === 6) {
    const value = tree.peek(2);
    tree.leaf('value', 2, code === 6 ? value : value === 0xff00 ? 'on' : value === 0 ? 'off' : value);
    return `@${address} = ${code === 6 ? value : value === 0xff00 ? 'on' : 'off'}`;
  }
  if (code === 22) return `@${address} & ${tree.number('and mask', 2)} | ${tree.number('or mask', 2)}`;
  const count = tree.number('quantity', 2);
  if (code <= 4) return `@${address} ×${count}`;
  const bytes = tree.number('byte count', 1);
  return `@${address} = ${code === 16 ? registers(tree, bytes, address) : coils(tree, bytes)}`;
}

function reply(tree: Tree, code: number): string {
  if (code === 5 || code === 6 || code === 22) return request(tree, code);
  if (code === 15 || code === 16) return `@${tree.number('address', 2)} ×${tree.number('quantity', 2)}`;
  if (!((code >= 1 && code <= 4) || code === 23)) return other(tree);
  const bytes = tree.number('byte count', 1);
  return `= ${code <= 2 ? coils(tree, bytes) : registers(tree, bytes, 0)}`;
}

function other(tree: Tree): string {
  if (tree.left > 0) tree.data('data', tree.left);
  return '';
}

function coils(tree: Tree, bytes: number): string {
  const bits: string[] = [];
  tree.sized('coils', bytes, () => {
    for (let first = 0; tree.left > 0; first += 8) {
      // The lowest bit is the first coil.
      const text = [...tree.peek(1).toString(2).padStart(8, '0')].reverse().join('');
      bits.push(text);
      tree.leaf(first, 1, text);
    }
  });
  return bits.slice(0, mostSaidValues).join(' ') + (bits.length > mostSaidValues ? ' …' : '');
}

/** Registers from address `first` on, as a person reads them. */
function registers(tree: Tree, bytes: number, first: number): string {
  const kind = tree.hints.registers ?? 'u16';
  const size = kind.endsWith('16') ? 2 : 4;
  const said: NodeValue[] = [];
  let count = 0;
  tree.sized('registers', bytes, () => {
    for (let address = first; tree.left >= size; address += size / 2) {
      const value = register(tree, kind);
      if (count++ < mostSaidValues) said.push(value);
      tree.leaf(address, size, value);
    }
    // An odd word where two make a number.
    if (tree.left === 2) tree.leaf('word', 2, tree.peek(2));
  });
  return tree.isSaying ? said.join(' ') + (count > said.length ? ' …' : '') : '';
}

function register(tree: Tree, kind: RegisterKind): number {
  if (kind === 'u16') return tree.peek(2);
  if (kind === 'i16') return (tree.peek(2) << 16) >> 16;
  const [high, low] = kind.endsWith('-swapped')
    ? [tree.peek(2, 2), tree.peek(2)]
    : [tree.peek(2), tree.peek(2, 2)];
  if (kind.startsWith('u')) return high * 65536 + low;
  if (kind.startsWith('i')) return (high << 16) | low;
  return floatOf(high * 65536 + low);
}
