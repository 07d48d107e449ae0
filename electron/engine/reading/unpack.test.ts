import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflate, type InflateOptions } from '../../../shared/decoding/inflate.ts';
import { Chance } from '../../../shared/testing/random.ts';
import { unpackByNode } from './brotli.ts';

const limit = 1024 * 1024;
const packers = { raw: deflateRawSync, zlib: deflateSync, gzip: gzipSync };
const forms = Object.keys(packers) as InflateOptions['form'][];

/** Texts with repetitions, noise, and runs. */
function* bodies(): Generator<Buffer> {
  const chance = new Chance(5);
  const words = ['temperature', ' ', 'OK', '\r\n', '{"a":', '1', '}', 'ü'];
  for (let run = 0; run < 40; run++) {
    yield Buffer.from(chance.bytes(chance.below(3000)));
    yield Buffer.from(Array.from({ length: chance.below(4000) }, () => chance.of(words)).join(''));
    yield Buffer.alloc(chance.below(100_000), chance.below(256));
  }
}

test.each(forms)('what zlib packs as %s is unpacked to the same, at each level', (form) => {
  const chance = new Chance(3);
  for (const body of bodies()) {
    const level = chance.below(10);
    const strategy = chance.of([constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY]);
    const { bytes, problem } = inflate(packers[form](body, { level, strategy }), { form, limit });
    expect(problem).toBeNull();
    expect(Buffer.compare(bytes, body)).toBe(0);
  }
});

test('a cut or damaged body gives what came before, and says what is wrong', () => {
  const body = Buffer.from('reading 21.5, '.repeat(300));
  const packed = gzipSync(body);
  for (let end = 0; end < packed.length; end++) {
    const { bytes, problem } = inflate(packed.subarray(0, end), { form: 'gzip', limit });
    expect(problem).toBe('incomplete');
    expect(Buffer.compare(bytes, body.subarray(0, bytes.length))).toBe(0);
  }
  const chance = new Chance(9);
  for (let run = 0; run < 300; run++) {
    const damaged = Buffer.from(packed);
    damaged[chance.below(damaged.length)]! ^= 1 << chance.below(8);
    inflate(damaged, { form: 'gzip', limit });
  }
  const wrong = Buffer.from(packed);
  wrong[wrong.length - 8]! ^= 1;
  expect(inflate(wrong, { form: 'gzip', limit }).problem).toBe('wrong-checksum');
});

test('nothing unpacks to more than its limit', () => {
  const zeros = Buffer.alloc(50 * 1024 * 1024);
  for (const form of forms) {
    const { bytes, problem } = inflate(packers[form](zeros), { form, limit });
    expect([bytes.length <= limit, problem]).toEqual([true, 'too-large']);
    expect(inflate(packers[form](zeros, { level: 0 }), { form, limit })).toMatchObject({
      problem: 'too-large',
    });
  }
  expect(unpackByNode('br', brotliCompressSync(zeros), limit)?.problem).toBe('too-large');
  expect(unpackByNode('br', Buffer.from('no brotli at all'), limit)?.problem).toMatch(/damaged|incomplete/);
  expect(unpackByNode('zstd', zeros, limit)).toBeNull();
});

test('members of gzip one behind another are one body', () => {
  const packed = Buffer.concat([gzipSync('one '), gzipSync('two')]);
  expect(Buffer.from(inflate(packed, { form: 'gzip', limit }).bytes).toString()).toBe('one two');
});
