import { describe, expect, test } from 'vitest';
import { Chance } from '../testing/random.ts';
import { utf8 } from '../testing/bytes.ts';
import { decoderIds, type DecodedNode, type DecoderId } from './decoded.ts';
import { decode, decoders, usualBudget } from './decoders.ts';
import { bytesOf } from './testing/sample.ts';
import { samples } from './testing/samples.ts';

const budget = usualBudget(() => false);

/** Each byte in one leaf, ranges nested: what all trees have in common. Returns how many nodes there are. */
function checked(node: DecodedNode, length: number): number {
  let nodes = 1;
  if (node.length !== length)
    throw new Error(`${node.name} at ${node.offset}: ${node.length}, not ${length}`);
  let at = node.offset;
  for (const child of node.children) {
    if (child.offset !== at) throw new Error(`${child.name} at ${child.offset}, not ${at}`);
    nodes += checked(child, child.length);
    at += child.length;
  }
  if (node.children.length > 0 && at !== node.offset + node.length)
    throw new Error(`${node.name} ends at ${node.offset + node.length}, its children at ${at}`);
  if (node.layer !== null) nodes += checked(node.layer.root, node.layer.bytes.length);
  return nodes;
}

function* all(node: DecodedNode): Generator<DecodedNode> {
  yield node;
  for (const child of node.children) yield* all(child);
  if (node.layer !== null) yield* all(node.layer.root);
}

const decoded = (id: DecoderId, bytes: Uint8Array, hints = {}) => {
  const result = decode(id, bytes, budget, hints);
  checked(result.root, bytes.length);
  return result;
};

test('the table has each decoder once, in the order of the ids', () => {
  expect(decoders.map(({ id }) => id)).toEqual(decoderIds);
});

test('tells a message that says that something failed', () => {
  const refuses = (id: DecoderId, text: string) => decoded(id, utf8(text)).isRefusal;
  expect(refuses('http', 'HTTP/1.1 404 Not Found\r\n\r\n')).toBe(true);
  expect(refuses('http', 'HTTP/1.1 204 No Content\r\n\r\n')).toBe(false);
  expect(refuses('resp', '-ERR unknown command\r\n')).toBe(true);
  expect(refuses('resp', '+OK\r\n')).toBe(false);
  expect(decoded('modbus-tcp', Uint8Array.of(0, 2, 0, 0, 0, 3, 1, 0x83, 2)).isRefusal).toBe(true);
});

test.each([
  ['cbor', 'dbffffffffffffffff00', ['tag', '18446744073709551615']],
  ['cbor', '9bffffffffffffffff', [0, '[18446744073709551615]']],
  ['websocket', '827f7fffffffffffffff', ['length', '9223372036854775807']],
  ['websocket', '827f7fffffffffffffff', ['frame', 'binary 9223372036854775807 B']],
] as const)('%s says all digits of a length or tag: %s', (id, hex, wanted) => {
  const bytes = Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16));
  expect([...all(decoded(id, bytes).root)].map(({ name, value }) => [name, value])).toContainEqual(wanted);
});

describe.each(decoderIds)('%s', (id) => {
  test('finds in real messages what they say', () => {
    for (const sample of samples[id]) {
      const bytes = bytesOf(sample);
      const { root, error } = decoded(id, bytes, sample.hints);
      const found = [...all(root)].map(({ name, value }) => [name, value]);
      for (const wanted of sample.has) expect(found, JSON.stringify(sample)).toContainEqual(wanted);
      const isAmiss = /obsolete|SOAP|no escapes/.test(sample.from);
      if (!isAmiss) expect([error, JSON.stringify(sample)]).toEqual([null, JSON.stringify(sample)]);
    }
  });

  test('has every byte in a leaf wherever a message is cut', () => {
    for (const sample of samples[id]) {
      const bytes = bytesOf(sample);
      const step = Math.max(1, Math.floor(bytes.length / 400));
      for (let end = 0; end < bytes.length; end += step) decoded(id, bytes.subarray(0, end), sample.hints);
    }
  });

  test('has every byte in a leaf whatever is wrong with a message', () => {
    const chance = new Chance(13);
    for (let run = 0; run < 300; run++) {
      const sample = chance.of(samples[id]);
      const bytes = bytesOf(sample).slice();
      for (let i = chance.below(4); i >= 0; i--) bytes[chance.below(bytes.length)] = chance.below(256);
      decoded(id, bytes, sample.hints);
    }
  });

  test('takes noise, zeros and texts without an exception, and looks at them at a bounded cost', () => {
    const chance = new Chance(7);
    for (const bytes of [
      chance.bytes(5000),
      new Uint8Array(5000),
      utf8('['.repeat(5000)),
      utf8('<a>'.repeat(2000)),
    ])
      decoded(id, bytes);
    for (const { confidence } of decoders) {
      expect(confidence(new Uint8Array(1), {})).toBeLessThanOrEqual(0.5);
      confidence(chance.bytes(40), {});
    }
  });

  test('keeps to its budget of nodes, of depth and of time', () => {
    const long = repeated(bytesOf(samples[id].at(-1)!), 3000);
    const few = decode(id, long, { ...budget, nodes: 50 });
    expect(checked(few.root, long.length)).toBeLessThan(80);
    const flat = decode(id, long.subarray(0, 3000), { ...budget, depth: 1 });
    checked(flat.root, Math.min(3000, long.length));
    const late = decode(
      id,
      repeated(long, 20),
      usualBudget(() => true),
    );
    checked(late.root, long.length * 20);
    expect([...all(late.root)].length).toBeLessThan(10_000);
  });
});

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const many = new Uint8Array(bytes.length * times);
  for (let at = 0; at < many.length; at += bytes.length) many.set(bytes, at);
  return many;
}
