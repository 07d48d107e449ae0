import { ESLint } from 'eslint';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { circlesOf, importGraph } from './import-graph.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const planted: string[] = [];

afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A file with one import, in a folder of its own below `parent`, seen by that folder's compiler project. */
function plant(parent: string, line: string): string {
  const folder = mkdtempSync(join(project, parent, 'planted-'));
  planted.push(folder);
  const file = join(folder, 'wrong.ts');
  writeFileSync(file, `${line}\n`);
  return file;
}

function compile(name: string, file: string): string {
  const config = join(project, 'build/tsconfig', `planted-${name}.json`);
  planted.push(config);
  const paths = name === 'electron' ? '' : ', "paths": { "electron": ["../types/no-electron-here.d.ts"] }';
  writeFileSync(
    config,
    JSON.stringify({
      extends: `./${name}.json`,
      compilerOptions: JSON.parse(`{"incremental": false, "composite": false${paths}}`),
      include: [],
      files: [file],
    }),
  );
  return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], {
    cwd: project,
    encoding: 'utf8',
  }).stdout;
}

async function lint(file: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: project, overrideConfigFile: join(project, 'build/eslint.config.js') });
  const results = await eslint.lintFiles([file]);
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId ?? 'parse'));
}

describe('the borders between folders', () => {
  it.each([
    ['shared', "export { readFileSync } from 'node:fs';"],
    ['electron/engine', "export { app } from 'electron';"],
    ['electron/headless', "export { app } from 'electron';"],
    ['renderer', "export { connect } from 'node:net';"],
    ['renderer', "export { Engine } from '../../electron/engine/engine.ts';"],
    ['e2e', "export { parsePort } from '../../shared/address.ts';"],
  ])('lint refuses in %s: %s', async (parent, line) => {
    expect(await lint(plant(parent, line))).toContain('no-restricted-imports');
  });

  it.each([
    ['shared', 'shared', "export { readFileSync } from 'node:fs';"],
    ['shared', 'shared', 'export const title = document.title;'],
    ['engine', 'electron/engine', "export { app } from 'electron';"],
    ['headless', 'electron/headless', "export { app } from 'electron';"],
    ['renderer', 'renderer', "export { connect } from 'node:net';"],
  ])('the compiler of %s refuses in %s: %s', (name, parent, line) => {
    expect(compile(name, plant(parent, line))).toMatch(/error TS/);
  });

  it.each([
    ['shared', "export const isIt = ({ transport }: { transport: string }) => transport === 'udp';"],
    ['renderer', "export const isIt = (a: { transport: string }) => 'unix' !== a.transport;"],
  ])('lint refuses in %s to ask which transport it is: %s', async (parent, line) => {
    expect(await lint(plant(parent, line))).toContain('no-restricted-syntax');
  });

  it('lets through what belongs there', async () => {
    const file = plant('electron/engine', "export { connect } from 'node:net';");
    expect(await lint(file)).toEqual([]);
    expect(compile('engine', file)).toBe('');
  });
});

const folders = ['shared', 'electron', 'renderer', 'bench', 'e2e'];

/**
 * The floors of the engine, the lowest first; rooms in one line may know each other. What is not named, as the engine
 * itself, may import all of them but the door.
 */
const floors = [
  ['clock', 'disk', 'schemas'],
  ['capture'],
  ['net'],
  ['layers', 'handlers', 'repeat', 'sequences'],
  ['stream', 'datagram'],
  ['reading', 'documents', 'importing'],
  ['doctor', 'root'],
  ['door'],
];
const isKit = (file: string) => /\/testing\/|\.test\.ts$/.test(file);
const engineRoom = (file: string): string => {
  const [first = '', ...rest] = file.slice('electron/engine/'.length).split('/');
  if (rest.length > 0) return first;
  return first === 'clock.ts' ? 'clock' : 'root';
};
const floorOf = (file: string) => floors.findIndex((rooms) => rooms.includes(engineRoom(file)));

describe('imports', () => {
  it('go round in no circle, types included', () => {
    expect(circlesOf(importGraph(project, folders))).toEqual([]);
  });

  it('that go round are seen', () => {
    const folder = mkdtempSync(join(project, 'shared', 'planted-'));
    planted.push(folder);
    writeFileSync(join(folder, 'a.ts'), "import type { B } from './b.ts';\nexport type A = B;\n");
    writeFileSync(join(folder, 'b.ts'), "import type { A } from './a.ts';\nexport type B = A;\n");
    expect(circlesOf(importGraph(project, ['shared']))).toEqual([
      ['a.ts', 'b.ts'].map((name) => join(folder.slice(project.length), name)),
    ]);
  });

  it('of the engine run down: no room knows one above it', () => {
    const up = [...importGraph(project, ['electron/engine'])]
      .filter(([file]) => !isKit(file))
      .flatMap(([file, imported]) =>
        imported
          .filter((other) => other.startsWith('electron/engine/') && floorOf(other) > floorOf(file))
          .map((other) => `${file} -> ${other}`),
      );
    expect(up).toEqual([]);
  });
});
