/** Which file imports which, types included; and the circles in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const specifier = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

/**
 * Of all `.ts` and `.svelte` files below `folders` of `root`; paths from `root`.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Map<string, string[]>}
 */
export function importGraph(root, folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|svelte)$/.test(file))
      .map((file) => join(folder, file)),
  );
  return new Map(files.map((file) => [file, importsOf(root, file)]));
}

function importsOf(root, file) {
  const found = [...readFileSync(join(root, file), 'utf8').matchAll(specifier)].map((match) =>
    resolve(root, dirname(file), match[1]),
  );
  return [...new Set(found)].filter((path) => existsSync(path)).map((path) => relative(root, path));
}

/**
 * Sets of files that reach each other (Tarjan's strongly connected components), each in the order of its paths.
 * @param {Map<string, string[]>} graph
 * @returns {string[][]}
 */
export function circlesOf(graph) {
  const circles = [];
  const numbers = new Map();
  const lowest = new Map();
  const path = [];
  const visit = (file) => {
    numbers.set(file, numbers.size);
    lowest.set(file, numbers.get(file));
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!numbers.has(next)) visit(next);
      if (path.includes(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) !== numbers.get(file)) return;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1 || graph.get(file)?.includes(file)) circles.push(circle.sort());
  };
  for (const file of graph.keys()) if (!numbers.has(file)) visit(file);
  return circles;
}
