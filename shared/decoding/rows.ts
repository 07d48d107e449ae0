/** A tree as rows, for lists and lines: bytes that only hold the form together are left out. */
import type { DecodedNode, NodeValue } from './decoded.ts';

export type DecodedRow = {
  readonly node: DecodedNode;
  /** The node that it stands in; null for one at the top. */
  readonly parent: DecodedRow | null;
  readonly depth: number;
  /** In which bytes its offset counts: 0 what was decoded, 1 what a part of that unpacks to, and so on. */
  readonly layer: number;
  /** Those bytes. */
  readonly bytes: Uint8Array;
  readonly hasMore: boolean;
};

/** From the top. `isOpen`: whether what is inside of a row follows it. */
export function* rowsOf(
  root: DecodedNode,
  bytes: Uint8Array,
  isOpen: (row: DecodedRow) => boolean = () => true,
): Generator<DecodedRow> {
  yield* inside(root, null, { depth: 0, layer: 0, bytes }, isOpen);
}

type Place = Pick<DecodedRow, 'depth' | 'layer' | 'bytes'>;

function* inside(
  node: DecodedNode,
  parent: DecodedRow | null,
  place: Place,
  isOpen: (row: DecodedRow) => boolean,
): Generator<DecodedRow> {
  for (const child of node.children) {
    if (child.name === '' && child.problem === null && child.layer === null && child.children.length === 0)
      continue;
    const row: DecodedRow = { node: child, parent, ...place, hasMore: hasParts(child) };
    yield row;
    if (!row.hasMore || !isOpen(row)) continue;
    const deeper = { ...place, depth: place.depth + 1 };
    yield* inside(child, row, deeper, isOpen);
    if (child.layer === null) continue;
    const { root, bytes } = child.layer;
    yield* inside(root, row, { depth: deeper.depth, layer: place.layer + 1, bytes }, isOpen);
  }
}

/** Names of the fields that have a value, each once; what is in a list has none of its own. */
export function fieldNames(root: DecodedNode): string[] {
  const names = new Set<string>();
  for (const { node } of rowsOf(root, new Uint8Array(0)))
    if (typeof node.name === 'string' && node.value !== undefined && !/[=<>~]/u.test(node.name))
      names.add(node.name);
  return [...names];
}

const hasParts = ({ children, layer }: DecodedNode): boolean =>
  children.some(({ name }) => name !== '') || (layer !== null && layer.root.children.length > 0);

/** '' for a node that says nothing by itself; an empty text as `""`. Not escaped. */
export const valueText = (value: NodeValue): string =>
  value === undefined ? '' : value === '' ? '""' : String(value);
