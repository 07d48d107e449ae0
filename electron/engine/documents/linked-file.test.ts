import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultClient } from '../../../shared/settings/endpoint.ts';
import { testFolder } from '../testing/folder.ts';
import { LinkedFile } from './linked-file.ts';
import { readWorkspace } from './workspace-file.ts';
import { Workspace } from './workspace.ts';

it('a file never gets more endpoints than one may have to be opened again', async () => {
  const folder = await testFolder();
  const workspace = await Workspace.open(folder.path);
  const path = join(folder.path, 'lab.socketscope.json');
  const file = await LinkedFile.open(folder.path, '', workspace, () => false);
  const hold = (count: number): void =>
    workspace.replace({
      ...{ messages: [], sequences: [], layout: null },
      endpoints: Array.from({ length: count }, (_, at) => ({
        id: `e${String(at).padStart(12, '0')}`,
        settings: defaultClient(),
      })),
    });
  try {
    hold(1000);
    await file.saveAs(path, false);
    const before = await readFile(path);
    expect(readWorkspace(before).isReadable).toBe(true);
    hold(1001);
    await file.look();
    expect(file.facts).toMatchObject({ state: 'unsaved', failure: { code: 'WORKSPACE_TOO_LONG' } });
    expect(await readFile(path)).toEqual(before);
    hold(999);
    await file.look();
    expect(file.facts.state).toBe('saved');
    expect(readWorkspace(await readFile(path)).isReadable).toBe(true);
  } finally {
    await file.close();
    await workspace.close();
    await folder.remove();
  }
});
