import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { byteNames, piecesOf, pythonText, utf16Literal, utf8Literal } from '../shared/programs/literals.ts';
import { printf, word } from '../shared/programs/shell.ts';
import { isMissing, ProgramFolder } from './program-kit.ts';

const folder = new ProgramFolder();
afterAll(() => folder.remove());

/** The same numbers in each run (Park and Miller). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 0x7fffffff) % below;
}

const draw = random(20_261_129);
/** What means something in one language or another, and what would go on with an escape. */
const alphabet = [...Buffer.from('\\\'"`$%{}?/uxnU0179afA \n\r\t-!#*;')];
const samples = Array.from({ length: 2_500 }, (_, at) =>
  Uint8Array.from({ length: at % 40 }, () => (draw(3) === 0 ? draw(256) : alphabet[draw(alphabet.length)]!)),
);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const expected = samples.map(hexOf).join('\n');

/** No NUL, which no argument holds; a shell takes line feeds away at the end of what it puts in. */
const characters = [...'\'"`$\\{}%!*?[]~#&|;<>()= aé你😀\u202e\u2028\t\n\r\u0001\u007f\u0085\ud800-'];
const strings = Array.from({ length: 2_500 }, (_, at) =>
  Array.from({ length: at % 20 }, () => characters[draw(characters.length)]!).join(''),
);
/** Half a surrogate pair is no character. */
const read = (text: string): string => Buffer.from(text).toString();
const utf8 = (text: string): string => Buffer.from(text).toString('hex');

const quoted = (bytes: Uint8Array, names: readonly string[], quote: string, between: string): string =>
  piecesOf(bytes, names)
    .map((piece) => quote + piece + quote)
    .join(between);

const run = (program: string, args: readonly string[], input?: string): string =>
  execFileSync(program, args, { cwd: folder.path, input, encoding: 'latin1', maxBuffer: 1e8 });

describe('what comes from anybody is the same again, byte for byte,', { timeout: 60_000 }, () => {
  it.skipIf(isMissing('python'))('in Python', () => {
    const bytes = samples.map(
      (each) => `(${quoted(each, byteNames.python, "'", '\n').replaceAll(/^'/gm, "b'")})`,
    );
    const program = `print('\\n'.join(each.hex() for each in [\n${bytes.join(',\n')}\n]))
print('\\n'.join(each.encode().hex() for each in [\n${strings.map(pythonText).join(',\n')}\n]))`;
    expect(run('python3', ['-'], program).trimEnd()).toBe([expected, ...strings.map(utf8)].join('\n'));
  });

  it('in JavaScript', () => {
    const bytes = samples.map((each) => quoted(each, byteNames.javascript, "'", ' + '));
    const literals = runInNewContext(`[${bytes.join(',')}]`) as string[];
    expect(literals.map((each) => Buffer.from(each, 'latin1').toString('hex')).join('\n')).toBe(expected);
    const names = strings.map((each) => utf16Literal(each, byteNames.javascript, "'"));
    expect(runInNewContext(`[${names.join(',')}]`)).toEqual(strings.map(read));
  });

  it.skipIf(isMissing('c'))('in C, with trigraphs', () => {
    const literals = [
      ...samples.map((each) => quoted(each, byteNames.c, '"', '\n')),
      ...strings.map((each) => utf8Literal(each, byteNames.c, '"')),
    ];
    const source = `#include <stdio.h>
static const struct { size_t length; const char *bytes; } all[] = {
${literals.map((literal) => `{ sizeof(${literal}) - 1, ${literal} },`).join('\n')}
};
int main(void) {
  for (size_t i = 0; i < sizeof all / sizeof *all; i++, putchar('\\n'))
    for (size_t at = 0; at < all[i].length; at++) printf("%02x", (unsigned char)all[i].bytes[at]);
}`;
    writeFileSync(folder.file('all.c'), source);
    run('cc', ['-std=c99', '-trigraphs', '-Wall', '-Werror', '-o', 'all', 'all.c']);
    expect(run(folder.file('all'), []).trimEnd()).toBe([expected, ...strings.map(utf8)].join('\n'));
  });

  it.skipIf(isMissing('go'))('in Go', () => {
    const literals = [
      ...samples.map((each) => quoted(each, byteNames.go, '"', ' +\n')),
      ...strings.map((each) => utf8Literal(each, byteNames.go, '"')),
    ];
    writeFileSync(
      folder.file('all.go'),
      `package main\nimport "fmt"\nfunc main() {\nfor _, each := range []string{\n${literals.join(',\n')},\n} {\nfmt.Printf("%x\\n", each)\n}\n}\n`,
    );
    const env = { ...process.env, GOCACHE: folder.file('go-cache'), HOME: folder.path };
    const output = execFileSync('go', ['run', 'all.go'], { cwd: folder.path, env, encoding: 'latin1' });
    expect(output.trimEnd()).toBe([expected, ...strings.map(utf8)].join('\n'));
  });

  it.skipIf(isMissing('csharp'))('in C#', () => {
    const bytes = samples.map((each) => quoted(each, byteNames.csharp, '"', ' + '));
    const names = strings.map((each) => utf16Literal(each, byteNames.csharp, '"'));
    const print = (list: string[], unit: string) =>
      `foreach (var each in new string[] {\n${list.join(',\n')}\n}) { foreach (var unit in each) Console.Write(((int)unit).ToString("${unit}")); Console.WriteLine(); }`;
    writeFileSync(
      folder.file('All.cs'),
      `using System;\nclass All { static void Main() {\n${print(bytes, 'x2')}\n${print(names, 'x4')}\n} }`,
    );
    run('mcs', ['All.cs']);
    expect(run('mono', ['All.exe']).trimEnd()).toBe([expected, ...strings.map(unitsOf)].join('\n'));
  });

  it.skipIf(isMissing('java'))('in Java', () => {
    const bytes = samples.map((each) => quoted(each, byteNames.java, '"', ' + '));
    const names = strings.map((each) => utf16Literal(each, byteNames.java, '"'));
    const print = (name: string, list: string[], unit: string) =>
      `static void ${name}() {\nfor (String each : new String[] {\n${list.join(',\n')}\n}) { for (char one : each.toCharArray()) System.out.print(String.format("${unit}", (int) one)); System.out.println(); } }`;
    const source = `class All {\n${print('bytes', bytes, '%02x')}\n${print('texts', names, '%04x')}\npublic static void main(String[] none) { bytes(); texts(); }\n}`;
    writeFileSync(folder.file('All.java'), source);
    expect(run('java', ['All.java']).trimEnd()).toBe([expected, ...strings.map(unitsOf)].join('\n'));
  });

  // dash(1) is the sh(1) of Debian.
  it.each(['bash', 'sh'])('in %s', (shell) => {
    const all = run(shell, ['-s'], samples.map((each) => `${printf(each)}\n`).join(''));
    expect(Buffer.from(all, 'latin1').equals(Buffer.concat(samples))).toBe(true);
    const texts = strings.filter((each) => !/\n$/.test(each));
    const words = run(shell, ['-s'], texts.map((each) => `printf '%s\\0' ${word(each)}\n`).join(''));
    expect(Buffer.from(words, 'latin1').toString('hex')).toBe(
      texts.map((each) => `${utf8(each)}00`).join(''),
    );
  });
});

const unitsOf = (text: string): string =>
  read(text)
    .split('')
    .map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'))
    .join('');
