import { expect, test } from 'vitest';
import { drawMarks } from './draw-marks.ts';

test('a cell shows the pieces it is given last, whatever it showed before, with the nodes it has', () => {
  const cell = document.createElement('span');
  drawMarks(cell, [
    { type: 'text', text: 'GET' },
    { type: 'control', text: 'CR' },
    { type: 'cut', text: '+9' },
  ]);
  expect(cell.innerHTML).toBe('GET<span class="control">CR</span><span class="cut">+9</span>');
  const [text, mark] = cell.childNodes;
  drawMarks(cell, [
    { type: 'hex', text: '00 01' },
    { type: 'malformed', text: 'FF' },
  ]);
  expect(cell.innerHTML).toBe('00 01<span class="malformed">FF</span>');
  expect([...cell.childNodes]).toEqual([text, mark]);
  drawMarks(cell, [{ type: 'malformed', text: '<b>' }]);
  expect(cell.innerHTML).toBe('<span class="malformed">&lt;b&gt;</span>');
  drawMarks(cell, []);
  expect(cell.childNodes).toHaveLength(0);
});
