/** Types of import-graph.mjs for its test. */
export function importGraph(root: string, folders: readonly string[]): Map<string, string[]>;
export function circlesOf(graph: Map<string, string[]>): string[][];
