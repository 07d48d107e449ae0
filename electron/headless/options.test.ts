import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../engine/disk/default-data-folder.ts';
import { parseServeOptions } from './options.ts';

const starting = { withApp: true, again: false, names: [] };

describe('the command line of serve', () => {
  it('needs nothing', () => {
    const expected = { port: 0, host: '127.0.0.1', open: true, dataFolder: defaultDataFolder({}), starting };
    expect(parseServeOptions([], {})).toEqual(expected);
  });

  it('takes a port, an address, a folder, and no browser', () => {
    const args = ['--port', '8080', '--host', '::', '--no-open', '--data', 'here'];
    expect(parseServeOptions(args, { SOCKETSCOPE_DATA: '/else' })).toEqual({
      port: 8080,
      host: '::',
      open: false,
      dataFolder: resolve('here'),
      starting,
    });
  });

  it('starts what starts with the app, what ran, what it names, or nothing', () => {
    const startingOf = (...args: string[]) => parseServeOptions(args, {}).starting;
    expect(startingOf('--start', 'plc 7', '--start', 'tap')).toEqual({
      ...starting,
      names: ['plc 7', 'tap'],
    });
    expect(startingOf('--no-start')).toEqual({ ...starting, withApp: false });
    expect(startingOf('--start-again')).toEqual({ ...starting, again: true });
  });

  it('takes the folder from the environment', () => {
    expect(parseServeOptions([], { SOCKETSCOPE_DATA: '/else' }).dataFolder).toBe(resolve('/else'));
    expect(parseServeOptions([], { SOCKETSCOPE_DATA: '' }).dataFolder).toBe(defaultDataFolder({}));
  });
});
