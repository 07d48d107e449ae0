import type { Goal, Row } from './measure.ts';

const headings = ['benchmark', 'ours', 'reference', 'ratio', 'goal', 'met?'];

function number(value: number): string {
  const size = Math.abs(value);
  return value.toLocaleString('en', { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 });
}

const goalText = (goal: Goal | null, unit: string) =>
  goal
    ? `${goal.is === 'at most' ? '≤' : '≥'} ${number(goal.value)}${goal.of === 'ratio' ? ' ×' : ` ${unit}`}`
    : '';

const metText = (row: Row) =>
  row.goal === null ? '' : row.met === null ? 'not measured' : row.met ? 'yes' : 'NO';

function cells(row: Row): string[] {
  const value = (n: number | null) => (n === null ? '–' : `${number(n)} ${row.unit}`);
  const spread = row.spread === null ? '' : ` (${row.spread.map(number).join('–')})`;
  const ratio = row.ratio === null ? '' : `${number(row.ratio)}${spread}`;
  return [
    row.benchmark,
    value(row.ours),
    row.reference === null ? '' : value(row.reference),
    ratio,
    goalText(row.goal, row.unit),
    metText(row),
  ];
}

/** The table as text, with the note of a row in the line under it. */
export function renderTable(rows: readonly Row[]): string {
  const body = rows.map((row) => ({ cells: cells(row), note: row.note }));
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...body.map((line) => line.cells[i]!.length)),
  );
  // Names to the left, numbers to the right.
  const line = (texts: string[]) =>
    texts
      .map((text, i) => (i === 0 || i === 5 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [
    line(headings),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...body.flatMap(({ cells: texts, note }) => [line(texts), ...(note ? [`    ${note}`] : [])]),
  ].join('\n');
}
