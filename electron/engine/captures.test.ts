/** What comes in from files, is gone through and is made whole, as jobs of an engine with a page. */
import { describe, expect, it } from 'vitest';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportPlan } from '../../shared/export-formats.ts';
import { captureFileStart } from '../../shared/importing/captured.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { describeDamage } from '../../shared/texts/describe-verdict.ts';
import type { Capture } from './capture/capture.ts';
import { dataFiles, segmentBytes } from './capture/format.ts';
import { newStream } from './capture/recorder.ts';
import { Engine } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { datagram, flags, pcapOf, segment, toClient, toServer } from './testing/packets.ts';
import { TestPage } from './testing/page.ts';

type Lab = { engine: Engine; page: TestPage; folder: string; saveTo: string };

/** Runs `use` with an engine whose host saves where `saveTo` says. */
async function inLab(use: (lab: Lab) => Promise<void>): Promise<void> {
  const folder = await testFolder();
  const saveTo = join(folder.path, 'saved');
  const engine = await Engine.open({
    dataFolder: join(folder.path, 'data'),
    workers: new URL('../../out/workers/', import.meta.url),
    host: {
      ...{ kind: 'headless', version: '1', runtime: 'Node' },
      chooseSaveFile: async () => ({ path: saveTo, url: null }),
    },
  });
  try {
    await use({ engine, page: new TestPage(engine), folder: folder.path, saveTo });
  } finally {
    await engine.close();
    await folder.remove();
  }
}

/** A server whose log has three messages of 40 kB, and a note of a person on the first. */
async function logged({ engine, page }: Lab): Promise<{ id: string; capture: Capture }> {
  const id = await page.engine.addEndpoint({ ...defaultListener(), name: 'shop' });
  const { capture } = engine.endpoint(id);
  capture.recordDetail(newStream, {
    ...{ kind: 'opened', socket: 'stream', origin: 'accepted', carried: false, local: null, remote: null },
  });
  for (const letter of ['a', 'b', 'c']) capture.record('received', 0, Buffer.alloc(40_000, letter));
  await capture.flush();
  await page.engine.annotate(id, [1], { note: 'slow' });
  return { id, capture };
}

const plan: ExportPlan = {
  ...{ format: 'capture', rows: null, redact: [], leavesOut: [], decode: null },
  ...{ bytes: 'auto', times: 'utc', name: '', filter: '' },
};

/** What a page hands over in one piece. */
async function bring({ page }: Lab, name: string, bytes: Uint8Array) {
  const number = await page.engine.beginImport(name, bytes.length);
  return page.engine.importPiece(number, bytes, true);
}

it('leaves a file of which nothing can be made, as one that was read', () =>
  inLab(async ({ engine, folder }) => {
    const captures = join(folder, 'data', 'captures');
    await rm(captures, { recursive: true, force: true });
    await writeFile(captures, 'in the way');
    for (const first of [pcapOf([datagram(toServer, 'one')]), Buffer.from(captureFileStart)]) {
      let isLeft = false;
      const bytes = (async function* () {
        try {
          yield first;
          yield Buffer.alloc(1);
        } finally {
          isLeft = true;
        }
      })();
      await expect(engine.captures.import({ bytes, name: 'x', total: 0 })).rejects.toThrow();
      expect(isLeft).toBe(true);
    }
    await rm(captures);
  }));

describe('a whole log as one file', () => {
  it('is saved from a page while it grows, with what was said of it or without', () =>
    inLab(async (lab) => {
      const { id, capture } = await logged(lab);
      const { page, engine, saveTo } = lab;
      const view = await page.engine.openView(id, { connection: null, text: 'nothing like it' }, 'chunks');
      for (const leavesOut of [[], ['annotations']] as const) {
        const saved = await page.engine.exportLog(view.id, { ...plan, leavesOut: [...leavesOut] }, null);
        const bytes = await readFile(saveTo);
        expect(saved).toMatchObject({ path: saveTo, bytes: bytes.length });
        const told = await bring(lab, 'shop.socketscope-capture', bytes);
        const made = engine.endpoint(told!.endpoints[0]!);
        expect(made.settings).toMatchObject({ name: 'shop', importedFrom: 'shop.socketscope-capture' });
        expect(Buffer.from(await made.capture.payload(3, 0, 3)).toString()).toBe('ccc');
        expect(made.annotations.list.map(({ note }) => note)).toEqual(leavesOut.length === 0 ? ['slow'] : []);
      }
      expect((await readdir(dirname(capture.folder))).filter((name) => name.includes('tmp'))).toEqual([]);
      const less = page.engine.exportLog(view.id, { ...plan, redact: ['addresses'] }, null);
      await expect(less).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }));

  it('is said to be damaged where it was cut or changed on its way, and shown as far as it is whole', () =>
    inLab(async (lab) => {
      const { id } = await logged(lab);
      const { page, saveTo } = lab;
      const view = await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
      await page.engine.exportLog(view.id, plan, null);
      const bytes = await readFile(saveTo);
      const said = async (name: string, damaged: Uint8Array) => {
        const { endpoints, verified } = (await bring(lab, name, damaged))!;
        // It goes on to say so of its records when it is opened to go on with it.
        const again = await page.engine.verifyLog(endpoints[0]!);
        expect(again!.verdict.damagedRecords).toBe(verified!.verdict.damagedRecords);
        return describeDamage(verified!);
      };
      expect(await said('whole', bytes)).toEqual([]);
      const changed = Buffer.from(bytes);
      changed[changed.indexOf('b'.repeat(100)) + 20_000]! ^= 1;
      expect(await said('changed', changed)).toEqual([
        expect.stringMatching(
          /^data-00000000, bytes 32,768 to 65,535: .*\(BYTES_DAMAGED\); 2 records: #1 to #2$/,
        ),
        '4 records, 120 KB: 2 of them are damaged',
      ]);
      const cut = bytes.subarray(0, bytes.indexOf('c'.repeat(100)) + 10);
      expect(await said('cut', cut)).toEqual([
        expect.stringMatching(/^data-00000000, .*\(BYTES_MISSING\); 2 records: #2 to #3$/),
        expect.stringContaining('the first or the last line of the file'),
        expect.stringMatching(/^4 records, .* of them (is|are) damaged$/),
      ]);
    }));

  it('goes where the person has chosen before, under the name that is wanted', () =>
    inLab(async (lab) => {
      const { id } = await logged(lab);
      const { page, saveTo } = lab;
      const view = await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
      const chosen = await page.engine.chooseExport(view.id, { ...plan, name: 'mine' });
      expect(chosen).toMatchObject({ path: saveTo });
      expect(await page.engine.exportLog(view.id, plan, chosen!.place)).toMatchObject({ path: saveTo });
      await expect(page.engine.exportLog(view.id, plan, chosen!.place + 1)).rejects.toMatchObject({
        subject: 'place',
      });
    }));

  it('is opened by its path, and shown by every page or by the next one', () =>
    inLab(async (lab) => {
      const { id } = await logged(lab);
      const { page, engine, saveTo } = lab;
      const view = await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
      await page.engine.exportLog(view.id, plan, null);
      const { endpoints } = await engine.openCaptureFile(saveTo);
      await expect.poll(() => page.imported).toMatchObject([{ endpoints, sums: null, stopped: null }]);
      page.close();
      await expect.poll(() => engine.pages.size).toBe(0);
      const [again] = (await engine.openCaptureFile(saveTo)).endpoints;
      expect(engine.workspace.data.layout).toMatchObject({ activeTab: again, openTabs: [again] });
      expect(engine.notices).toEqual([]);
      const bytes = await readFile(saveTo);
      await writeFile(saveTo, bytes.subarray(0, -200));
      await engine.openCaptureFile(saveTo);
      expect(engine.notices).toMatchObject([{ code: 'IMPORT_DAMAGED', subject: 'saved' }]);
      await expect(engine.openCaptureFile(`${saveTo}-gone`)).rejects.toMatchObject({ code: 'ENOENT' });
    }));
});

describe('a preview of an export', () => {
  it('has what messages say, where the form has a place for it and somebody wants it', () =>
    inLab(async ({ page, engine }) => {
      const id = await page.engine.addEndpoint(defaultListener());
      const { capture } = engine.endpoint(id);
      capture.record('received', 0, Buffer.from('GET /a HTTP/1.1\r\n\r\n'));
      await capture.flush();
      const view = await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
      const decode = { as: 'http', registers: 'u16' } as const;
      const previewed = async (change: Partial<ExportPlan>) =>
        (await page.engine.previewExport(view.id, { ...plan, ...change })).text;
      const said = {
        text: 'HTTP: GET /a',
        jsonl: '"summary":"GET /a"',
        csv: ',GET /a\r\n',
        html: 'HTTP: GET /a',
      };
      for (const [format, words] of Object.entries(said) as [keyof typeof said, string][]) {
        expect(await previewed({ format, decode, redact: ['text:never'] })).toContain(words);
        expect(await previewed({ format })).not.toContain(words);
      }
      expect((await previewed({ format: 'csv', decode })).split('\r\n')[0]).toMatch(/,hex,decoded$/);
      expect(await previewed({ format: 'hex', decode })).not.toContain('HTTP: ');
    }));

  it('says beside messages nothing of what is removed, however their bytes write it, and counts it', () =>
    inLab(async ({ page, engine }) => {
      const id = await page.engine.addEndpoint(defaultListener());
      const { capture } = engine.endpoint(id);
      capture.record('received', 0, Buffer.from('a=s3cret&b=s3cre%74'));
      await capture.flush();
      const view = await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
      const decode = { as: 'form', registers: 'u16' } as const;
      for (const format of ['text', 'jsonl', 'csv', 'html', 'svg'] as const) {
        const change = { format, decode, redact: ['text:s3cret'] };
        const { text, removed } = await page.engine.previewExport(view.id, { ...plan, ...change });
        expect(text).not.toContain('s3cret');
        expect(removed).toEqual({ places: 2, records: 1 });
      }
    }));

  it('stops when nobody wants it any more', () =>
    inLab(async (lab) => {
      const { id } = await logged(lab);
      const { page } = lab;
      const view = await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
      const text = { ...plan, format: 'text' as const, redact: ['text:aaa'] };
      expect((await page.engine.previewExport(view.id, text)).name).toMatch(/^server .*\.txt$|\.txt$/);
      const stopped = page.engine.previewExport(view.id, text);
      const [, told] = await Promise.all([
        page.engine.endPreview(),
        stopped.catch((error: unknown) => error),
      ]);
      expect(told).toMatchObject({ code: 'CANCELLED' });
    }));
});

describe('an import', () => {
  it('is a job of which nothing stays when it is cancelled, and that says how far it is', () =>
    inLab(async (lab) => {
      const { page, engine } = lab;
      const { syn, ack } = flags;
      const bytes = pcapOf([
        segment(toServer, 99, syn),
        segment(toClient, 499, syn | ack, '', 100),
        ...Array.from({ length: 400 }, (_, i) => segment(toServer, 100 + i * 1000, ack, 'x'.repeat(1000))),
        datagram(toServer, 'hi'),
      ]);
      const number = await page.engine.beginImport('field.pcap', bytes.length);
      expect(await page.engine.importPiece(number, bytes.subarray(0, 300_000), false)).toBeNull();
      const isImport = ({ jobs }: { jobs: { kind: string; done: number }[] }): boolean =>
        jobs.some(({ kind, done }) => kind === 'import' && done > 0);
      const [job] = (await page.until(isImport)).jobs;
      expect(job).toMatchObject({ kind: 'import', name: 'field.pcap', endpoint: null, total: bytes.length });
      await page.engine.cancelJob(job!.id);
      expect(await page.engine.importPiece(number, bytes.subarray(300_000), true)).toEqual({
        ...{ endpoints: [], sums: null, stopped: null, verified: null },
      });
      expect(engine.jobs.list).toEqual([]);
      expect(engine.summaries()).toEqual([]);
      const captures = join(lab.folder, 'data', 'captures');
      await expect.poll(() => readdir(captures)).toEqual([]);
    }));
});

describe('a log that is gone through', () => {
  it('is whole, or is named by place, and what is whole of it becomes a capture that is read only', () =>
    inLab(async (lab) => {
      const { id, capture } = await logged(lab);
      const { page, engine } = lab;
      expect(await page.engine.verifyLog(id)).toMatchObject({
        verdict: { records: 4, damagedRecords: 0, places: [] },
        facts: { damagedLines: 0, isHeadDamaged: false },
      });
      const file = join(capture.folder, dataFiles.name(0));
      const bytes = await readFile(file);
      expect(bytes.length).toBeLessThan(segmentBytes);
      bytes[50_000]! ^= 1;
      await writeFile(file, bytes);
      const told = await page.engine.verifyLog(id);
      expect(told!.verdict.damagedRecords).toBeGreaterThan(0);
      expect(told!.verdict.places[0]).toMatchObject({ file: dataFiles.name(0), code: 'BYTES_DAMAGED' });

      const made = engine.endpoint((await page.engine.repairLog(id))!);
      expect(made.settings).toMatchObject({ name: 'shop (what is whole)', importedFrom: 'shop' });
      expect(made.capture.length).toBe(4);
      expect(made.annotations.list).toMatchObject([{ sequence: 1, note: 'slow' }]);
      expect(await page.engine.verifyLog(made.id)).toMatchObject({ verdict: { damagedRecords: 0 } });
      await expect(page.engine.startListening(made.id)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(engine.jobs.list).toEqual([]);
    }));
});
