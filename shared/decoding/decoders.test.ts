import { describe, expect, test } from 'vitest';
import { Chance } from '../testing/random.ts';
import { utf8 } from '../testing/bytes.ts';
import { decoderIds, type DecodedNode, type DecoderId } from './decoded.ts';
import type { DecodeHints } from './context.ts';
import { decode, decoders, usualBudget } from './decoders.ts';
import { EarlierFrames } from './earlier.ts';
import { inflate } from './inflate.ts';
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

const noise = repeated(new Chance(64).bytes(1_000_000), 64);

describe.each(decoderIds)('%s', (id) => {
  test('finds in real messages what they say', () => {
    for (const sample of samples[id]) {
      const bytes = bytesOf(sample);
      const { root, error } = decoded(id, bytes, sample.hints);
      const found = [...all(root)].map(({ name, value }) => [name, value]);
      for (const wanted of sample.has) expect(found, JSON.stringify(sample)).toContainEqual(wanted);
      const isAmiss = /obsolete|SOAP|no escapes|end of a message/.test(sample.from);
      if (!isAmiss) expect([error, JSON.stringify(sample)]).toEqual([null, JSON.stringify(sample)]);
    }
  });

  test('has every byte in a leaf wherever a message is cut', () => {
    for (const sample of samples[id]) {
      const bytes = bytesOf(sample);
      for (let end = 0; end < bytes.length; end++) decoded(id, bytes.subarray(0, end), sample.hints);
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

  test('ends within its deadline on 64 MB of noise', () => {
    let looks = 0;
    const { root } = decode(
      id,
      noise,
      usualBudget(() => ++looks >= 4),
    );
    expect(checked(root, noise.length)).toBeLessThan(100_000);
    // Nothing goes on once it was told that time is over.
    expect(looks).toBeLessThanOrEqual(4);
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

describe('a hello that is longer than its TLS records', () => {
  const [client, server] = samples.tls.slice(0, 2).map(bytesOf) as [Uint8Array, Uint8Array];
  /** What the records of a handshake hold, in records of so many bytes each. */
  const inRecords = (bytes: Uint8Array, most: number): Uint8Array => {
    const said: number[] = [];
    for (let at = 0; at < bytes.length && bytes[at] === 22; at += 5 + bytes[at + 3]! * 256 + bytes[at + 4]!)
      said.push(...bytes.subarray(at + 5, at + 5 + bytes[at + 3]! * 256 + bytes[at + 4]!));
    const records: number[] = [];
    for (let at = 0; at < said.length; at += most) {
      const part = said.slice(at, at + most);
      records.push(22, 3, 1, part.length >> 8, part.length & 255, ...part);
    }
    return Uint8Array.from(records);
  };

  test.each([1, 2, 3, 4, 5, 64, 250, 1000])(
    'is read once all of it is there: records of %d bytes',
    (most) => {
      for (const [bytes, wanted] of [
        [client, ['name', 'plc.example.test']],
        [server, ['cipher', 'ECDHE_ECDSA_AES_128_GCM_SHA256']],
        [server, ['UTF8String', 'plc.example.test']],
      ] as const) {
        const { root, error, summary } = decoded('tls', inRecords(bytes, most));
        expect(error).toBeNull();
        expect([...all(root)].map(({ name, value }) => [name, value])).toContainEqual(wanted);
        expect(summary).toContain(bytes === client ? 'ClientHello' : 'ServerHello');
      }
    },
  );

  test('has every byte in a leaf wherever it is cut, and says that it is not whole', () => {
    const records = inRecords(client, 60);
    for (let end = 1; end < records.length; end++)
      expect(decoded('tls', records.subarray(0, end)).error?.code, String(end)).toBe('incomplete');
  });
});

describe('a WebSocket message that was packed with those before it in mind', () => {
  /** Where frames begin. */
  function* starts(bytes: Uint8Array): Generator<number> {
    for (let at = 0; at < bytes.length;) {
      yield at;
      const [short, view] = [bytes[at + 1]! & 127, new DataView(bytes.buffer, bytes.byteOffset)];
      const isMasked = bytes[at + 1]! > 127;
      if (short === 127) throw new Error('None is so long.');
      at += 2 + (short === 126 ? 2 + view.getUint16(at + 2) : short) + (isMasked ? 4 : 0);
    }
  }
  const said = (bytes: Uint8Array, hints = {}) => {
    const { root, error } = decoded('websocket', bytes, hints);
    return { error, values: [...all(root)].filter(({ layer }) => layer !== null).map(valuesOf) };
  };
  const before = (bytes: Uint8Array, pieceBytes: number): DecodeHints => {
    const frames = new EarlierFrames((some, earlier) =>
      inflate(some, { form: 'raw', limit: 1024 * 1024, earlier }),
    );
    for (let at = 0; at < bytes.length; at += pieceBytes) frames.add(bytes.subarray(at, at + pieceBytes));
    return frames.earlier === null ? {} : { earlier: frames.earlier };
  };
  const valuesOf = (node: DecodedNode): unknown => [...all(node)].map(({ name, value }) => [name, value]);
  const packed = samples.websocket.map(bytesOf).filter((bytes) => (bytes[0]! & 0x40) !== 0);

  test('is read by itself once what went before is there, be it behind the HTTP of the stream', () => {
    let needed = 0;
    for (const bytes of packed) {
      const whole = said(bytes);
      if (whole.error !== null) continue;
      for (const start of starts(bytes)) {
        const [first, rest] = [bytes.subarray(0, start), bytes.subarray(start)];
        if (said(rest).error?.code === 'needs-earlier') needed++;
        const upgraded = Uint8Array.from([...utf8('HTTP/1.1 101 Switching\r\nA: b\r\n\r\n'), ...first]);
        for (const [known, pieceBytes] of [
          [first, Infinity],
          [upgraded, 1],
          [upgraded, 7],
        ] as const) {
          const { error, values } = said(rest, before(known, pieceBytes));
          expect(error).toBeNull();
          expect(values).toEqual(whole.values.slice(whole.values.length - values.length));
        }
      }
    }
    expect(needed).toBeGreaterThan(0);
  });

  test('is never read with what went before something that is missing', () => {
    for (const bytes of packed) {
      const whole = said(bytes);
      const places = [...starts(bytes)];
      for (const [i, start] of places.entries()) {
        if (i < 2) continue;
        const gap = Uint8Array.from([
          ...bytes.subarray(0, places[i - 1]),
          0x8f,
          ...bytes.subarray(places[i - 1], start),
        ]);
        const { error, values } = said(bytes.subarray(start), before(gap, Infinity));
        if (error === null) expect(values).toEqual(whole.values.slice(whole.values.length - values.length));
        else expect(error.code).toBe('needs-earlier');
      }
    }
  });

  // The examples of RFC 7692.
  const [hello, again] = ['c107f248cdc9c90700', 'c105f200110000'];
  const bytesIn = (hex: string) => bytesOf({ from: 'RFC 7692', hex, has: [] });
  const summary = (hex: string, ...known: string[]) => {
    const hints = known.length === 0 ? {} : before(bytesIn(known.join('')), Infinity);
    const { summary: words, error } = decoded('websocket', bytesIn(hex), hints);
    return [words, error?.code ?? null];
  };

  test('asks for its beginning where a frame goes on with it, be the last one empty', () => {
    const [begin, rest] = ['4103f248cd', '8004c9c90700'];
    expect(summary(rest)).toEqual(['continuation 4 B', 'needs-earlier']);
    expect(summary(rest, begin, '8900')).toEqual(['continuation Hello', null]);
    expect(summary('8000', '4107f248cdc9c90700')).toEqual(['continuation Hello', null]);
    expect(summary(again, '4107f248cdc9c90700', '8000')).toEqual(['text Hello', null]);
    expect(summary(`4107f248cdc9c907008000${again}`)[0]).toContain('continuation Hello · text Hello');
    // One that is not packed.
    expect(summary('80026c6f', '010348656c')).toEqual(['continuation 2 B', null]);
  });

  test('goes on from those before an empty one, and before a long one that is not packed', () => {
    expect(summary('c10100')).toEqual(['text ', null]);
    expect(summary(again, hello, 'c10100')).toEqual(['text Hello', null]);
    const [long, length] = ['00'.repeat(1_100_000), '7f000000000010c8e0'];
    expect(summary(again, hello, `82${length}${long}`)).toEqual(['text Hello', null]);
    expect(summary(again, hello, `02${length}${long}`, `80${length}${long}`)).toEqual(['text Hello', null]);
    expect(summary(again, hello, `c2${length}${long}`)).toEqual(['text 5 B', 'needs-earlier']);
  });
});

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const many = new Uint8Array(bytes.length * times);
  for (let at = 0; at < many.length; at += bytes.length) many.set(bytes, at);
  return many;
}
