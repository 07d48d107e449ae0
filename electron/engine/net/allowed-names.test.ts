import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AllowedNames, liesInPagesFolder, pagesFolder } from './allowed-names.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketscope-names-'));
  writeFileSync(join(folder, 'a'), 'in a');
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'b'), 'in b');
  symlinkSync(join(folder, 'a'), join(folder, 'inner', 'out'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'read';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('no file is read before it is allowed, nor is it told whether there is one', () => {
  const names = new AllowedNames();
  for (const name of ['a', 'none', 'inner/b'])
    expect(codeOf(() => names.file(join(folder, name)))).toBe('FILE_NOT_ALLOWED');
  names.allow({ kind: 'file', name: join(folder, 'a') });
  expect(text(names.file(join(folder, 'inner', '..', 'a')))).toBe('in a');
  expect(codeOf(() => names.file(join(folder, 'inner', 'b')))).toBe('FILE_NOT_ALLOWED');
  expect(codeOf(() => names.allow({ kind: 'file', name: join(folder, 'none') }))).toBe('ENOENT');
});

test('a folder stands for what lies in it, not for where a link leads out of it', () => {
  const names = new AllowedNames();
  names.allow({ kind: 'file', name: join(folder, 'inner') });
  expect(text(names.file(join(folder, 'inner', 'b')))).toBe('in b');
  expect(codeOf(() => names.file(join(folder, 'inner', 'out')))).toBe('FILE_NOT_ALLOWED');
  expect(codeOf(() => names.file(join(folder, 'inner', '..', 'a')))).toBe('FILE_NOT_ALLOWED');
  expect(codeOf(() => names.file(join(folder, 'inner', 'none')))).toBe('ENOENT');
});

test('what is no plain file is not waited for', () => {
  const names = new AllowedNames();
  names.allow({ kind: 'file', name: folder });
  expect(codeOf(() => names.file(join(folder, 'inner')))).toBe('value-no-file');
});

test.runIf(process.platform === 'linux')('a file whose size nobody knows is read to its end', () => {
  const names = new AllowedNames();
  names.allow({ kind: 'file', name: '/proc/version' });
  expect(text(names.file('/proc/version'))).toMatch(/^Linux version .*\n$/s);
});

test('a file that is too long is refused, whatever it says to be', () => {
  const names = new AllowedNames();
  names.allow({ kind: 'file', name: folder });
  writeFileSync(join(folder, 'most'), new Uint8Array(16 * 1024 * 1024));
  expect(names.file(join(folder, 'most'))).toHaveLength(16 * 1024 * 1024);
  writeFileSync(join(folder, 'more'), new Uint8Array(16 * 1024 * 1024 + 1));
  expect(() => names.file(join(folder, 'more'))).toThrow('value-too-long');
});

test('a variable is read once it is allowed, and has no value where it is not set', () => {
  const names = new AllowedNames();
  expect(codeOf(() => names.variable('PATH'))).toBe('VARIABLE_NOT_ALLOWED');
  for (const name of ['PATH', 'SOCKETSCOPE_NOT_SET']) names.allow({ kind: 'variable', name });
  expect(names.variable('PATH')).toBe(process.env.PATH);
  expect(codeOf(() => names.variable('SOCKETSCOPE_NOT_SET'))).toBe('value-missing');
});

test('so many names are allowed and no more', () => {
  const names = new AllowedNames();
  for (let at = 0; at < 1000; at++) names.allow({ kind: 'variable', name: `V${at}` });
  expect(codeOf(() => names.allow({ kind: 'variable', name: 'one more' }))).toBe('TOO_MANY_NAMES');
});

test('a page may allow what lies in its folder, and nothing else', () => {
  const files = pagesFolder(folder);
  mkdirSync(files);
  writeFileSync(join(files, 'c'), 'in c');
  symlinkSync(join(folder, 'a'), join(files, 'out'));
  const may = (name: string, kind: 'file' | 'variable' = 'file') => liesInPagesFolder(folder, { kind, name });
  expect(may(join(files, 'c'))).toBe(true);
  for (const name of ['../a', 'out', 'none', ''])
    expect([name, may(join(files, name))]).toEqual([name, false]);
  expect(may(join(files, 'c'), 'variable')).toBe(false);
});
