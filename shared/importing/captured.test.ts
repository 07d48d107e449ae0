import { expect, it } from 'vitest';
import { captureFormatOf, headBytes } from './captured.ts';

const formatOf = (text: string) => captureFormatOf(new TextEncoder().encode(text));

it('knows what Wireshark follows by its beginning, with either end of lines', () => {
  for (const end of ['\n', '\r\n'])
    expect(formatOf(['# of tshark', 'peers:', '  - peer: 0', ''].join(end))).toBe('follow-yaml');
  expect(formatOf('peers:\n- peer: 0\n')).toBeNull();
});

it('says of any beginning at once that it is none', () => {
  for (const text of ['peers:\n', 'peers:\n \n'])
    expect(formatOf(text + '\n'.repeat(headBytes - text.length - 1) + '!')).toBeNull();
});
