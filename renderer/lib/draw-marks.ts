import type { Mark } from '../state/log-row.ts';

/**
 * Puts the pieces of a preview into a cell that showed others, and makes only the nodes that it has too few of: a row
 * is drawn anew with every step of a scroll, and new nodes cost more than all else of it.
 */
export function drawMarks(cell: Element, marks: readonly Mark[]): void {
  let node = cell.firstChild;
  for (const { type, text, isFound } of marks) {
    const isText = !isFound && (type === 'text' || type === 'hex');
    const className = isFound ? `${type} found` : type;
    const shown = isText ? textAt(cell, node, text) : markAt(cell, node, className, text);
    node = shown.nextSibling;
  }
  while (node) {
    const next = node.nextSibling;
    node.remove();
    node = next;
  }
}

function textAt(cell: Element, node: ChildNode | null, text: string): ChildNode {
  if (!(node instanceof Text)) return cell.insertBefore(document.createTextNode(text), node);
  if (node.data !== text) node.data = text;
  return node;
}

function markAt(cell: Element, node: ChildNode | null, className: string, text: string): ChildNode {
  const mark = node instanceof HTMLElement ? node : document.createElement('span');
  if (mark !== node) cell.insertBefore(mark, node);
  if (mark.className !== className) mark.className = className;
  if (mark.textContent !== text) mark.textContent = text;
  return mark;
}
