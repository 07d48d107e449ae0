import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlName } from '../../shared/show/characters.ts';
import { forTerminal } from './terminal.ts';

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u009b', '\u202e', '\u200b', '\u{e0041}', '\u2028'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});
const acts = (text: string): boolean =>
  [...text].some((character) => character !== '\n' && controlName(character.codePointAt(0)!) !== null);

test('what is said keeps its lines, and nothing else that acts on a terminal', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const said = forTerminal(text);
      expect(acts(said)).toBe(false);
      expect(said.split('\n')).toHaveLength(text.split('\n').length);
      expect(forTerminal(said)).toBe(said);
    }),
  );
  expect(forTerminal('C:\\a\n\u001b[31m\u202e')).toBe('C:\\a\n\\x1B[31m\\u{202E}');
});
