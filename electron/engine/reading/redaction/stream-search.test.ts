import { describe, expect, it } from 'vitest';
import { deflateSync, gzipSync } from 'node:zlib';
import { Patches } from './patches.ts';
import { Replacements } from './replacements.ts';
import { joinedSearch, packedSearch, patternSearch, textSearches } from './searches.ts';
import { StreamSearch, type Search } from './stream-search.ts';

/** What was said in pieces of these lengths, the last for all others, with what is found replaced. */
function without(search: Search, said: Buffer, cuts: readonly number[], overlap = 64): Buffer {
  const replacements = new Replacements(['secret']);
  const patches = new Patches(replacements);
  const stream = new StreamSearch(search, overlap, (value, parts) => {
    let offset = 0;
    for (const { place, length } of parts) {
      patches.add(place, length, replacements.numberOf(value.toString('latin1')), offset, value.length);
      offset += length;
    }
  });
  let [at, piece] = [0, 0];
  while (at < said.length) {
    const length = cuts[piece++] ?? cuts.at(-1)!;
    stream.push(at, said.subarray(at, at + length));
    // As where many streams wait for more.
    stream.settle(false);
    at += length;
  }
  stream.finish();
  const out = Buffer.from(said);
  patches.apply(0, out);
  return out;
}

const text = joinedSearch(textSearches('secret', []));

describe('what is removed of a stream', () => {
  const said = Buffer.from('a secret, and secret again: c2VjcmV0, 736563726574.');
  const expected = without(text, said, [said.length]).toString();

  it('is the same wherever it was cut', () => {
    expect(expected).toMatch(/^a (\w{6}), and \1 again: \w{8}, \w{12}\.$/);
    expect(expected).not.toMatch(/secret|c2VjcmV0|736563/);
    for (let length = 1; length < said.length; length++)
      expect(without(text, said, [length]).toString()).toBe(expected);
    for (let cut = 1; cut < said.length; cut++)
      expect(without(text, said, [cut, said.length]).toString()).toBe(expected);
  });

  it('is all that an expression matches, also where more of it comes later', () => {
    const digits = joinedSearch(patternSearch('card=[\\d-]+', '', []));
    const card = Buffer.from('card=4929-1234-5678 x card=1 y');
    for (let length = 1; length < card.length; length++)
      expect(without(digits, card, [length]).toString()).toMatch(/^[X\d]{19} x [X\d]{6} y$/);
  });

  it('is found in other characters than ASCII, in the encoding of the stream', () => {
    const shown = joinedSearch(patternSearch('Zürich', 'i', ['windows-1252']));
    const city = Buffer.from('in z\xfcRICH!', 'latin1');
    expect(without(shown, city, [2]).toString('latin1')).toMatch(/^in \w{6}!$/);
  });

  it.each([
    ['gzip', gzipSync],
    ['zlib', deflateSync],
  ])('goes with what it is packed in: %s', (_, pack) => {
    const packed = packedSearch([text]);
    const search = joinedSearch([text, packed]);
    const [has, hasNot] = [pack(Buffer.from('the secret of it')), pack(Buffer.from('nothing of it'))];
    const all = Buffer.concat([Buffer.from('x^2 <'), has, Buffer.from('> <'), hasNot, Buffer.from('> x^2')]);
    for (const length of [1, 7, all.length]) {
      const out = without(search, all, [length], 1024);
      expect(out).toHaveLength(all.length);
      expect(out.includes(hasNot)).toBe(true);
      expect(out.includes(has.subarray(10))).toBe(false);
      expect(out.toString('latin1')).toMatch(/^x\^2 <[^]*> x\^2$/);
    }
  });
});
