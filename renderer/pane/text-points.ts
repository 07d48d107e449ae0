import { textScale } from '../lib/text-scale.ts';

/**
 * The byte of the character drawn at a point of the page, by the `data-start` of the run it is in; null beside text.
 * `behind`: the place behind a text that begins at `start`.
 */
export function byteAtPoint(
  area: Element,
  x: number,
  y: number,
  behind: (start: number, text: string) => number,
): number | null {
  const box = area.getBoundingClientRect();
  const scale = textScale();
  const inX = Math.min(box.right - 16 * scale, Math.max(box.left + 13 * scale, x));
  const inY = Math.min(box.bottom - 12 * scale, Math.max(box.top + 12 * scale, y));
  const place = document.caretPositionFromPoint(inX, inY);
  if (!place) return null;
  const { offsetNode: node } = place;
  const run =
    node instanceof Element
      ? runAt(node, place.offset)
      : node.parentElement?.closest<HTMLElement>('[data-start]');
  if (!run || !area.contains(run)) return afterRun(node);
  const start = Number(run.dataset['start']);
  if (!run.classList.contains('text') || !(node instanceof Text)) return start;
  return behind(start, node.data.slice(0, characterAt(node, place.offset, inX)));
}

function runAt(parent: Element, offset: number): HTMLElement | null {
  const child = parent.childNodes[offset] ?? parent.lastChild;
  return child instanceof HTMLElement && child.dataset['start'] !== undefined
    ? child
    : parent.closest<HTMLElement>('[data-start]');
}

/** The break behind a line end stands for that line end. */
function afterRun(node: Node): number | null {
  const before = node.previousSibling;
  return before instanceof HTMLElement && before.dataset['start'] !== undefined
    ? Number(before.dataset['start'])
    : null;
}

/** A caret stands between characters, at the nearer side: the character under `x` may be the one before it. */
function characterAt(node: Text, offset: number, x: number): number {
  const length = (at: number) => ((node.data.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  let before = Math.max(0, offset - 1);
  if (before > 0 && length(before - 1) === 2) before--;
  const range = document.createRange();
  range.setStart(node, before);
  range.setEnd(node, Math.min(node.length, before + length(before)));
  const { left, right } = range.getBoundingClientRect();
  if (offset > before && (offset >= node.length || (x >= left && x < right))) return before;
  return offset;
}
