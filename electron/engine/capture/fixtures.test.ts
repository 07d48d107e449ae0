/** Data folders of every format that was ever written (testing/programs/fixture-maker.ts): they open for ever after. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RecordInfo } from '../../../shared/contract.ts';
import { Engine } from '../engine.ts';
import { testFolder } from '../testing/folder.ts';
import type { Capture } from './capture.ts';
import { noStream } from './recorder.ts';
import {
  anyFilter,
  openCapture,
  patterned,
  rowsOf,
  scanned,
  sequencesOf,
  workers,
  openView,
} from '../testing/capture-kit.ts';

type Expected = {
  length: number;
  cleared: number;
  records: (Omit<RecordInfo, 'previousTime' | 'opening' | 'openingTime'> & { sha256: string })[];
};

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const formats = await readdir(fixtures);

async function unpack(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    const path = join(to, entry.parentPath.slice(from.length));
    await mkdir(path, { recursive: true });
    if (entry.name.endsWith('.br'))
      await writeFile(join(path, entry.name.slice(0, -3)), brotliDecompressSync(content));
    else await writeFile(join(path, entry.name), content);
  }
}

async function withDataFolder(format: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = await testFolder();
  try {
    await unpack(join(fixtures, format), folder.path);
    await use(folder.path);
  } finally {
    await folder.remove();
  }
}

const expectedOf = async (format: string): Promise<Record<string, Expected>> =>
  JSON.parse(await readFile(join(fixtures, format, 'expected.json'), 'utf8')) as Record<string, Expected>;

const sha256 = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

async function expectRecords(capture: Capture, { length, cleared, records }: Expected): Promise<void> {
  expect([capture.length, capture.cleared]).toEqual([length, cleared]);
  for (const { sha256: digest, ...expected } of records) {
    const { sequence, time, kind, connection, length: bytes, detail } = await capture.info(expected.sequence);
    const info = { sequence, time, kind, connection, length: bytes, detail };
    const isWrittenNow = expected.detail?.kind === 'note' && expected.detail.note === 'capture-ended-early';
    expect(isWrittenNow ? { ...info, time: expected.time } : info).toEqual(expected);
    expect(sha256(await capture.payload(expected.sequence, 0, expected.length))).toBe(digest);
  }
}

describe.each(formats)('a data folder of %s', (format) => {
  it('opens with all its endpoints, its layout and their logs', () =>
    withDataFolder(format, async (dataFolder) => {
      const host = {
        kind: 'headless',
        version: '1',
        runtime: 'Node',
        chooseSaveFile: async () => null,
      } as const;
      const engine = await Engine.open({ dataFolder, workers, host });
      try {
        expect(engine.notices).toEqual([]);
        const { endpoints, layout, preferences } = engine.workspace.data;
        expect(endpoints.map(({ settings }) => `${settings.role} ${settings.transport}`)).toEqual(
          ['tcp', 'udp', 'tls'].flatMap((transport) => [`listener ${transport}`, `client ${transport}`]),
        );
        expect([preferences.theme, layout.panes]).toEqual(['dark', { main: [30, 70] }]);
        expect(Object.values(engine.workspace.drafts)).toMatchObject([
          { draft: '00 ff', history: [{ mode: 'hex', text: 'hello' }] },
        ]);
        const expected = await expectedOf(format);
        for (const { id } of endpoints) await expectRecords(engine.endpoint(id).capture, expected[id]!);
      } finally {
        await engine.close();
      }
    }));

  for (const name of ['cut-mid-write', 'purged', 'several-files'])
    it(`has a capture that is ${name.replaceAll('-', ' ')}, which is read, filtered and gone on with`, () =>
      withDataFolder(format, async (dataFolder) => {
        const path = join(dataFolder, 'captures', name);
        const expected = (await expectedOf(format))[name]!;
        const capture = await openCapture(path);
        await expectRecords(capture, expected);
        capture.record('received', noStream, patterned(40_000, 3));
        const view = openView(capture, { ...anyFilter, text: 'dir:received' });
        await scanned(view);
        expect((await sequencesOf(view)).at(-1)).toBe(expected.length);
        expect((await rowsOf(openView(capture, anyFilter), 0, 50)).length).toBeGreaterThan(2);
        await capture.close();
        const again = await openCapture(path);
        await expectRecords(again, { ...expected, length: expected.length + 1 });
        expect(await again.payload(expected.length, 0, 50_000)).toEqual(patterned(40_000, 3));
        await again.close();
      }));
});
