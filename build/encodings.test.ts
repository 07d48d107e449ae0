/** Encodings of one byte, beside what the system's iconv(1) reads. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import '../shared/encodings/all-codecs.ts';
import { codecOf, otherEncodings, type EncodingId } from '../shared/encodings/encodings.ts';
import { alsoCalled } from '../shared/encodings/names.ts';

const read = (name: string, byte: number): string | null => {
  const { status, stdout } = spawnSync('iconv', ['-f', name, '-t', 'utf-8'], { input: Uint8Array.of(byte) });
  return status === 0 ? String(stdout) : null;
};
const namesOf = (id: EncodingId): string[] => [id, id.replace('ibm', 'cp'), ...alsoCalled(id)];
const known = (id: EncodingId): string | null => namesOf(id).find((name) => read(name, 0x41) === 'A') ?? null;

/** The standard's and Unicode's tables differ there from glibc's on purpose. */
const otherwise: readonly EncodingId[] = [
  ...(['windows-874', 'windows-1253', 'windows-1255', 'windows-1257', 'windows-1258'] as const),
  ...(['iso-8859-8', 'macintosh', 'x-mac-cyrillic', 'koi8-u'] as const),
];

describe('encodings of one byte', () => {
  const names = otherEncodings.map((id) => [id, otherwise.includes(id) ? null : known(id)] as const);
  const compared = names.filter((each): each is [EncodingId, string] => each[1] !== null);

  it.runIf(process.platform === 'linux')('are known to iconv', () =>
    expect(compared.length).toBeGreaterThan(30),
  );

  it.each(compared)('%s is what iconv reads as %s', (id, name) => {
    for (const byte of [0x80, 0x8a, 0x9f, 0xa0, 0xb7, 0xc1, 0xd0, 0xe1, 0xf4, 0xff]) {
      const step = codecOf(id).step(Uint8Array.of(byte), 0);
      const other = read(name, byte);
      // Where the one has a control character, the other may have none.
      if (other === null || /^[\x80-\x9f]$/.test(other)) continue;
      expect([byte, step.ok && String.fromCodePoint(step.codePoint)]).toEqual([byte, other]);
    }
  });
});
