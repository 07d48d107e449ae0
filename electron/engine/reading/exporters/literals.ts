/** Records as constants of a language, named by direction and record number; events are remarks between them. */
import { escapeLine } from '../../../../shared/payload/format.ts';
import { byteNames, piecesOf } from '../../../../shared/programs/literals.ts';
import { formatLogLine, logLineStart } from '../../../../shared/show/log-line.ts';
import type { Entry, Exporter } from './exporter.ts';

type Language = {
  extension: string;
  start?: string;
  /** Of one line without controls. */
  remark: (text: string) => string;
  open: (name: string) => string;
  bytes: (bytes: Uint8Array) => string;
  /** `isEmpty`: nothing stands between. */
  close: (isEmpty: boolean) => string;
};

const numbersInLine = 16;
const numbers = Array.from({ length: 256 }, (_, byte) => `0x${byte.toString(16).padStart(2, '0')},`);

function arrayLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += numbersInLine)
    lines.push(
      `  ${Array.from(bytes.subarray(at, at + numbersInLine), (byte) => numbers[byte]).join(' ')}\n`,
    );
  return lines.join('');
}

export const c = literals({
  extension: 'h',
  start: '#include <stdint.h>\n',
  remark: (text) => `/* ${text.replaceAll('*/', '* /').replaceAll('/*', '/ *')} */\n`,
  open: (name) => `const uint8_t ${name}[] = {\n`,
  bytes: arrayLines,
  // ISO C 6.7.9: there is no array of nothing.
  close: (isEmpty) => (isEmpty ? '  0 /* 0 bytes */\n};\n' : '};\n'),
});

export const javascript = literals({
  extension: 'mjs',
  remark: (text) => `// ${text}\n`,
  open: (name) => `export const ${name} = new Uint8Array([\n`,
  bytes: arrayLines,
  close: () => `]);\n`,
});

export const python = literals({
  extension: 'py',
  remark: (text) => `# ${text}\n`,
  open: (name) => `${name} = (\n`,
  bytes: (bytes) =>
    piecesOf(bytes, byteNames.python)
      .map((piece) => `    b'${piece}'\n`)
      .join(''),
  close: (isEmpty) => (isEmpty ? "    b''\n)\n" : ')\n'),
});

function literals({ extension, start = '', remark, open, bytes: written, close }: Language): Exporter {
  return {
    extension,
    liveEvents: 'both',
    takes: () => true,
    write: ({ head = [], words }) => ({
      head: head.map((line) => remark(escapeLine(line))).join('') + start,
      record: async function* (entry, payload) {
        if (entry.detail !== null)
          return yield remark(formatLogLine({ ...entry, payload: new Uint8Array() }, 'auto', words));
        yield remark(`${logLineStart(entry)} ${entry.length}`) + open(nameOf(entry));
        let isEmpty = true;
        try {
          for await (const bytes of payload) {
            isEmpty &&= bytes.length === 0;
            if (bytes.length > 0) yield written(bytes);
          }
        } finally {
          // What cannot be read on makes it short, not the file no program.
          yield close(isEmpty);
        }
      },
    }),
  };
}

/** `received_12`; of a frame, by the place in its stream, because several can end in one record. */
const nameOf = ({ kind, sequence, connection, frame }: Entry): string =>
  `${kind}_${frame === undefined ? sequence : `${connection ?? 0}_at_${frame.offset}`}`;
