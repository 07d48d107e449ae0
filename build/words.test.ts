import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../', import.meta.url));
const tracked = spawnSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', 'electron', 'shared', 'renderer'],
  {
    cwd: project,
    encoding: 'utf8',
  },
).stdout.split('\n');
const isTest = (file: string): boolean => /\.test\.ts$|(^|\/)testing\/|\/test-\w+\.ts$/.test(file);
const sources = tracked.filter((file) => /\.(ts|svelte)$/.test(file) && !isTest(file));

/** What is no word of ours, or for no person: why, by file. */
const left: Partial<Record<string, string>> = {
  'electron/headless/serve.ts': 'the line that programs wait for which start this host',
  'electron/headless/message-sizes.ts': 'thrown at a page that is not ours, and told nobody',
  'electron/engine/layers/tls/ber.ts': 'caught where it becomes a code',
  'electron/engine/layers/tls/pkcs12.ts': 'caught where it becomes a code',
  'electron/engine/layers/tls/key-derivation.ts': 'caught where it becomes a code',
  'electron/engine/layers/tls/local-authority.ts': 'the name in a certificate, which is data',
  'electron/engine/stream/bind.ts': 'cannot happen: a server that listens has an address',
  'renderer/lib/code-mirror.ts': 'by which the editor asks for our words',
  'shared/decoding/kinds/modbus-names.ts': 'names of functions in the specification of Modbus',
  'shared/encodings/single-byte-tables.ts': 'numbers of characters',
  'shared/payload/copy-forms.ts': 'a definition in C',
  'shared/payload/http-answer.ts': 'reason phrases of RFC 9110, which go on the wire',
  'shared/programs/c.ts': 'a program',
  'shared/programs/csharp.ts': 'a program',
  'shared/programs/java.ts': 'a program',
  'shared/programs/node.ts': 'a program',
  'shared/programs/python.ts': 'a program',
  'shared/payload/utf8.ts': 'cannot happen: an offset of our own',
  'shared/wire/row-window.ts': 'cannot happen: a page reads what the engine of its version wrote',
  'shared/settings/ready-made.ts': 'what classic programs say on the wire',
  'shared/typed.ts': 'names of characters in Unicode',
  'shared/show/characters.ts': 'names of control characters in ASCII',
};

/** A capital and a word behind it, or three words in a row. */
const isSentence = (text: string): boolean =>
  /\b\p{Lu}\p{Ll}* \p{Ll}{2,}|(?:\p{L}{2,}[,;:]? ){2}\p{L}{2,}/u.test(text);

function sentencesIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node))
      found.push(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(''));
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest));
  return found.filter(isSentence);
}

test('no sentence for people stands outside the texts, so that none goes into records and every language has all', () => {
  const found = sources
    .filter((file) => file.endsWith('.ts') && !file.startsWith('shared/texts/') && !(file in left))
    .flatMap((file) => sentencesIn(readFileSync(project + file, 'utf8')).map((text) => `${file}: ${text}`));
  expect(sources.length).toBeGreaterThan(300);
  expect(found).toEqual([]);
  expect(
    sentencesIn("fail({ message: 'The disk took no bytes.' }); const a = `At most ${n} views can be open.`"),
  ).toHaveLength(2);
});

test('what is left out here still holds sentences', () => {
  const files = Object.keys(left);
  expect(files.filter((file) => sentencesIn(readFileSync(project + file, 'utf8')).length === 0)).toEqual([]);
});

test('English is named in the tables of languages alone', () => {
  const importersOf = (pattern: RegExp) =>
    sources.filter((file) => pattern.test(readFileSync(project + file, 'utf8')));
  expect(importersOf(/import (?:\{ en\b|\{[^}]*[ ,]en\b[^}]*\})[^;]*from '[^']*\/en\.ts'/)).toEqual([
    'shared/texts/languages.ts',
  ]);
  expect(importersOf(/(?:from|import\() ?'[^']*\/en-(?:first|later)\.ts'/)).toEqual([
    'shared/texts/en.ts',
    'shared/texts/page-languages.ts',
  ]);
});
