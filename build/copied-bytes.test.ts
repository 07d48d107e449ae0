import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { copyAs, copyForms, type CopyForm } from '../shared/payload/copy-forms.ts';
import { writtenBytes } from '../shared/payload/payload.ts';

const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const text = new TextEncoder().encode('Hé\t"it\'s" \\ {{x}} ${y}\r\n\0');
/** One of each length around the ends of lines. */
const samples = [
  ...Array.from({ length: 70 }, (_, length) => all.subarray(100, 100 + length)),
  all,
  text,
  new Uint8Array(20_000).fill(0xff),
].filter(({ length }) => length > 0);

const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'socketscope-copy-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Foreign programs read what is copied for them. */
describe('bytes that are copied', () => {
  it.each([
    ['hex', '48 65 0A'],
    ['hex-plain', '48650A'],
    ['text', 'He\n'],
    ['escaped', 'He\\n'],
    ['c', 'const unsigned char data[3] = {\n    0x48, 0x65, 0x0A\n};\n'],
    ['python', "b'He\\n'"],
    ['javascript', 'new Uint8Array([0x48, 0x65, 0x0A])'],
    ['base64', 'SGUK'],
    ['dump', '00000000  48 65 0a                                          |He.|\n00000003\n'],
  ] as const)('are written so as %s', (form, copied) => {
    expect(copyAs(form, Uint8Array.of(0x48, 0x65, 0x0a))).toBe(copied);
  });

  it('are the same bytes again in JavaScript, in base64, in hex and in the composer', () => {
    const read: Partial<Record<CopyForm, (copied: string) => Uint8Array>> = {
      javascript: (copied) => Uint8Array.from(runInNewContext(copied) as Uint8Array),
      base64: (copied) => Uint8Array.from(Buffer.from(copied, 'base64')),
      hex: (copied) => Uint8Array.from(Buffer.from(copied.replaceAll(' ', ''), 'hex')),
      'hex-plain': (copied) => Uint8Array.from(Buffer.from(copied, 'hex')),
      escaped: (copied) => writtenBytes({ mode: 'text', text: copied }),
    };
    for (const [form, back] of Object.entries(read))
      for (const bytes of samples) expect(back(copyAs(form as CopyForm, bytes)), form).toEqual(bytes);
  });

  it.skipIf(!has('python3'))('are the same bytes again in Python', () => {
    const expressions = samples.map((bytes) => copyAs('python', bytes)).join(',\n');
    const program = `import sys\nfor each in [\n${expressions}\n]: sys.stdout.write(each.hex() + '\\n')`;
    const hex = execFileSync('python3', ['-'], { input: program, encoding: 'utf8' }).trim().split('\n');
    expect(hex).toEqual(samples.map((bytes) => Buffer.from(bytes).toString('hex')));
  });

  it.skipIf(!has('cc'))('are the same bytes again in C', () =>
    inFolder((folder) => {
      for (const bytes of [all, text, all.subarray(0, 13)]) {
        const source = `#include <stdio.h>\n${copyAs('c', bytes)}int main(void) { fwrite(data, 1, sizeof data, stdout); }\n`;
        writeFileSync(join(folder, 'data.c'), source);
        execFileSync('cc', ['-Wall', '-Werror', '-o', 'data', 'data.c'], { cwd: folder });
        expect(execFileSync(join(folder, 'data'))).toEqual(Buffer.from(bytes));
      }
    }),
  );

  it.skipIf(!has('hexdump'))('are dumped as hexdump does', () =>
    inFolder((folder) => {
      const file = join(folder, 'bytes');
      for (const bytes of samples.slice(0, 40).concat(all)) {
        writeFileSync(file, bytes);
        expect(copyAs('dump', bytes)).toBe(execFileSync('hexdump', ['-C', '-v', file], { encoding: 'utf8' }));
      }
      expect(readFileSync(file)).toEqual(Buffer.from(all));
    }),
  );

  it('are something to paste in each form', () => {
    for (const form of copyForms) expect(copyAs(form, text), form).not.toBe('');
  });
});
