import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../engine/disk/default-data-folder.ts';
import { parseServeOptions } from './options.ts';

describe('the command line of serve', () => {
  it('needs nothing', () => {
    const expected = { port: 0, host: '127.0.0.1', open: true, dataFolder: defaultDataFolder({}) };
    expect(parseServeOptions([], {})).toEqual(expected);
  });

  it('takes a port, an address, a folder, and no browser', () => {
    const args = ['--port', '8080', '--host', '::', '--no-open', '--data', 'here'];
    expect(parseServeOptions(args, { SOCKETSCOPE_DATA: '/else' })).toEqual({
      port: 8080,
      host: '::',
      open: false,
      dataFolder: resolve('here'),
    });
  });

  it('takes the folder from the environment', () => {
    expect(parseServeOptions([], { SOCKETSCOPE_DATA: '/else' }).dataFolder).toBe(resolve('/else'));
    expect(parseServeOptions([], { SOCKETSCOPE_DATA: '' }).dataFolder).toBe(defaultDataFolder({}));
  });
});
