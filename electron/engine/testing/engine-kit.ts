import { afterEach, beforeEach } from 'vitest';
import { Engine } from '../engine.ts';
import { testFolder } from './folder.ts';
import { TestPage } from './page.ts';

/** `folder`: its data folder. */
export type Made = { engine: Engine; page: TestPage; folder: string };

/** An engine for each test of a file, in a folder of its own, with a page. */
export function eachWithEngine(use: (made: Made) => void): void {
  let end: () => Promise<void>;
  beforeEach(async () => {
    const folder = await testFolder();
    const workers = new URL('../../../out/workers/', import.meta.url);
    const host = {
      kind: 'headless',
      version: '1',
      runtime: 'Node',
      chooseSaveFile: async () => null,
    } as const;
    const engine = await Engine.open({ dataFolder: folder.path, workers, host });
    end = async () => {
      await engine.close();
      await folder.remove();
    };
    use({ engine, page: new TestPage(engine), folder: folder.path });
  });
  afterEach(() => end());
}
