import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlName, jsonForTerminal } from './characters.ts';

test('controls have their usual names', () => {
  expect([0, 7, 9, 10, 13, 27, 31, 127].map(controlName)).toEqual([
    'NUL',
    'BEL',
    'TAB',
    'LF',
    'CR',
    'ESC',
    'US',
    'DEL',
  ]);
});

test('C1, bidi, zero-width and line separators are named by their number', () => {
  expect(
    [0x85, 0x9b, 0x202e, 0x2066, 0x200b, 0x200d, 0xfeff, 0x2028, 0x2029, 0xe0041].map(controlName),
  ).toEqual(
    ['0085', '009B', '202E', '2066', '200B', '200D', 'FEFF', '2028', '2029', 'E0041'].map(
      (digits) => `U+${digits}`,
    ),
  );
});

test('every format character and line separator of Unicode that leaves no sign is named', () => {
  const visibleFormat = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u{13430}-\u{1345f}]/u;
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character) || visibleFormat.test(character)) continue;
    if (controlName(codePoint) === null) expect.fail(`U+${codePoint.toString(16)} is shown as itself`);
  }
});

test('letters, marks, symbols and emoji are shown as themselves', () => {
  for (const character of 'aé温😀~ €\u0301\u05d0') expect(controlName(character.codePointAt(0)!)).toBeNull();
  expect(controlName(0x20)).toBeNull();
  expect(controlName(0xfe0f)).toBeNull();
});

test('JSON decodes to the same, and no character of it acts on a terminal or hides', () => {
  const anyText = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\u009b', '\u202e', '\u200b', '\u{e0041}', '\u2028'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
  });
  fc.assert(
    fc.property(anyText, (text) => {
      const json = jsonForTerminal({ [text]: [text] });
      expect(JSON.parse(json)).toEqual({ [text]: [text] });
      for (const character of json) expect(controlName(character.codePointAt(0)!)).toBeNull();
    }),
  );
  expect(jsonForTerminal('é\u202e\u{e0041}')).toBe('"é\\u202e\\udb40\\udc41"');
});
