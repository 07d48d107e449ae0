import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asUtf8, readingIn } from '../encodings/reading.ts';
import type { FoundRange } from '../filter/found.ts';
import { previewPieces, type Piece } from './preview.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
/** A short form: text as it is, controls as <CR>, malformed as «E6 B8», hex as [00 01], the cut as …3. */
function show(pieces: Piece[]): string {
  return pieces
    .map((piece) => {
      switch (piece.type) {
        case 'text':
        case 'blank':
          return piece.text;
        case 'control':
          return `<${piece.name}>`;
        case 'malformed':
          return `«${piece.hex}»`;
        case 'torn':
          return `(${piece.hex})`;
        case 'edge':
          return '|';
        case 'hex':
          return `[${piece.hex}]`;
        case 'cut':
          return `…${piece.bytes}`;
      }
    })
    .join('');
}

test('controls are named where they stand', () => {
  expect(show(previewPieces(encode('GET / HTTP/1.1\r\n')))).toBe('GET / HTTP/1.1<CR><LF>');
  expect(show(previewPieces(encode('temp=21;id=41\t温度\r\n')))).toBe('temp=21;id=41<TAB>温度<CR><LF>');
  expect(show(previewPieces(encode('\x1b[2J hello')))).toBe('<ESC>[2J hello');
  expect(show(previewPieces(encode('abc\0')))).toBe('abc<NUL>');
});

test('bytes are text in the encoding in which they are read', () => {
  const gbk = (bytes: number[], before: number[] = [], carries = true) =>
    show(
      previewPieces(
        Uint8Array.from(bytes),
        undefined,
        [],
        readingIn('gbk', Uint8Array.from(before), carries),
      ),
    );
  expect(gbk([0xce, 0xc2, 0xb6, 0xc8, 0x3d, 0x0d, 0x0a])).toBe('温度=<CR><LF>');
  expect(gbk([0xce, 0xc2, 0xb6])).toBe('温(B6)');
  expect(gbk([0xb6])).toBe('(B6)');
  expect(gbk([0xc8, 0x3d], [0xb6])).toBe('度=');
  expect(gbk([0xce, 0xc2, 0xce, 0xc2, 0xb6], [], false)).toBe('温温«B6»');
  expect(gbk([0x20, 0x61, 0x62], [0xb6])).toBe(' ab');
  const found = [{ from: 0, to: 1 }];
  const reading = readingIn('gbk', Uint8Array.of(0xb6), true);
  expect(previewPieces(Uint8Array.of(0xc8, 0x3d), 2, found, reading)).toEqual([
    { type: 'text', text: '度', isFound: true },
    { type: 'text', text: '=' },
  ]);
});

test('characters that hide or turn others are named', () => {
  expect(show(previewPieces(encode('user\u202egpj.exe a\u200bb \u2028 \u0085')))).toBe(
    'user<U+202E>gpj.exe a<U+200B>b <U+2028> <U+0085>',
  );
});

test('malformed bytes are marked where they stand', () => {
  expect(show(previewPieces(Uint8Array.from([...encode('name=Jos'), 0xe9, ...encode(' ok')])))).toBe(
    'name=Jos«E9» ok',
  );
  expect(show(previewPieces(Uint8Array.from([...encode('abcdefgh'), 0xff, 0xfe, 0x41])))).toBe(
    'abcdefgh«FF FE»A',
  );
});

test('mostly binary payloads are shown as hex', () => {
  expect(show(previewPieces(Uint8Array.of(1, 3, 0, 0, 0, 10, 0xc5, 0xcd)))).toBe('[01 03 00 00 00 0A C5 CD]');
  const elf = Uint8Array.of(0, 0, 1, 0, 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0);
  expect(show(previewPieces(elf, 65_536))).toBe('[00 00 01 00 7F 45 4C 46 02 01 01 00]…65524');
});

test('an empty payload has no pieces', () => {
  expect(previewPieces(encode(''))).toEqual([]);
});

test('a character cut by the end of the preview is not malformed when the payload goes on', () => {
  const preview = encode('temp 温度').subarray(0, 10);
  expect(show(previewPieces(preview, 11))).toBe('temp 温…3');
  expect(show(previewPieces(preview, 10))).toBe('temp 温«E5 BA»');
});

test('no byte is lost or doubled', () => {
  const sizes = (pieces: Piece[]): number =>
    pieces.reduce((sum, piece) => {
      if (piece.type === 'text') return sum + encode(piece.text).length;
      if (piece.type === 'blank') return sum + (piece.text === '⍽' ? 2 : piece.text.length);
      if (piece.type === 'control') return sum + encode(String.fromCodePoint(piece.code)).length;
      if (piece.type === 'edge') return sum;
      return piece.type === 'cut' ? sum + piece.bytes : sum + (piece.hex.length + 1) / 3;
    }, 0);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 4 }),
      fc.nat(300),
      (text, tail, more) => {
        const bytes = Uint8Array.from([...encode(text), ...tail]);
        const length = bytes.length + more;
        expect(sizes(previewPieces(bytes, length))).toBe(length);
      },
    ),
  );
});

test('blanks at the end of a line, and those that do not break it, can be seen', () => {
  expect(show(previewPieces(encode('a b  \r\nc ')))).toBe('a b··<CR><LF>c·');
  expect(show(previewPieces(encode('a b '), 100))).toBe('a b …96');
  expect(show(previewPieces(encode('1\u00a0000 x')))).toBe('1⍽000 x');
  expect(show(previewPieces(encode(' \t ')))).toBe(' <TAB>·');
});

test('where reads end stands between pieces, in text behind the character across it, and in hex', () => {
  const edged = (bytes: Uint8Array, edges: number[], found: FoundRange[] = []): string =>
    show(previewPieces(bytes, bytes.length, found, asUtf8, edges));
  expect(edged(encode('three\r\n'), [3])).toBe('thr|ee<CR><LF>');
  expect(edged(encode('é-'), [1])).toBe('é|-');
  expect(edged(encode('a\r\nb'), [2, 3])).toBe('a<CR>|<LF>|b');
  expect(edged(Uint8Array.of(0, 1, 2, 3), [1, 3])).toBe('[00 ]|[01 02 ]|[03]');
  expect(edged(Uint8Array.of(0, 1, 2, 3), [2], [{ from: 1, to: 3 }])).toBe('[00 ][01 ]|[02][ 03]');
  expect(edged(encode('abc'), [1], [{ from: 0, to: 2 }])).toBe('a|bc');
});

test('what was looked for is a piece of its own, also across controls and in hex', () => {
  const found = (bytes: Uint8Array, from: number, to: number): string[] =>
    previewPieces(bytes, bytes.length, [{ from, to }]).map((piece) =>
      piece.isFound ? `[${show([piece])}]` : show([piece]),
    );
  expect(found(encode('one two\r\nx'), 4, 8)).toEqual(['one ', '[two]', '[<CR>]', '<LF>', 'x']);
  expect(found(Uint8Array.of(0, 1, 2, 3), 1, 3)).toEqual(['[00 ]', '[[01 02]]', '[ 03]']);
  expect(found(Uint8Array.of(0, 1, 2), 0, 3)).toEqual(['[[00 01 02]]']);
});
