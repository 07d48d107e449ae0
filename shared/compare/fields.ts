/** What two decoded messages say, beside each other by the paths of their parts. */
import type { Decoded } from '../decoding/decoded.ts';
import { rowsOf, valueText, type DecodedRow } from '../decoding/rows.ts';
import { isFieldIgnored, type Ignore } from './ignore.ts';
import type { ByteRange } from './ranges.ts';

/** null: absent there. */
export type ComparedField = { path: string; a: string | null; b: string | null };

export type ComparedFields = {
  /** Those that differ, in the order of the second; what it has no more comes last. */
  fields: ComparedField[];
  equal: number;
  ignored: number;
};

/** Of one side: what to pass over in its bytes. */
export type Fields = { list: Map<string, { value: string; isIgnored: boolean }>; ignored: ByteRange[] };

export function fieldsOf(decoded: Decoded, bytes: Uint8Array, ignore: readonly Ignore[]): Fields {
  const list: Fields['list'] = new Map();
  const ignored: ByteRange[] = [];
  // What all of it stands in says nothing.
  const isOne = decoded.root.children.filter(({ name }) => name !== '').length === 1;
  for (const row of rowsOf(decoded.root, bytes)) {
    if (row.hasMore) continue;
    const path = pathOf(row).slice(isOne ? 1 : 0);
    const value = valueText(row.node.value);
    const isIgnored = isFieldIgnored(ignore, path, value);
    if (isIgnored && row.layer === 0)
      ignored.push({ start: row.node.offset, end: row.node.offset + row.node.length });
    list.set(free(list, path.join('.')), { value, isIgnored });
  }
  return { list, ignored };
}

/** Of several of one name, the second has a 2. */
function free(list: Fields['list'], path: string): string {
  let name = path;
  for (let number = 2; list.has(name); number++) name = `${path} ${number}`;
  return name;
}

export function compareFields(a: Fields, b: Fields): ComparedFields {
  const fields: ComparedField[] = [];
  let [equal, ignored] = [0, 0];
  const tell = (path: string): void => {
    const [of, other] = [a.list.get(path) ?? null, b.list.get(path) ?? null];
    const isIgnored = of?.isIgnored === true || other?.isIgnored === true;
    if (isIgnored) ignored++;
    else if (of?.value === other?.value) equal++;
    else fields.push({ path, a: of?.value ?? null, b: other?.value ?? null });
  };
  const gone = [...a.list.keys()].filter((path) => !b.list.has(path));
  for (const path of b.list.keys()) tell(path);
  for (const path of gone) tell(path);
  return { fields, equal, ignored };
}

function pathOf({ node, parent }: DecodedRow): string[] {
  const path = [String(node.name)];
  for (let above = parent; above !== null; above = above.parent) path.unshift(String(above.node.name));
  return path;
}
