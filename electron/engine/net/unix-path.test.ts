import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { leaveStaleSocket } from '../testing/paths.ts';
import { closeLater, isInstalled } from '../testing/stream-kit.ts';
import { mostPathBytes, pathFailure, removeStaleSocket, shownPath } from './unix-path.ts';

const codeOf = (path: string, platform: NodeJS.Platform): string | null =>
  pathFailure(path, platform)?.code ?? null;

describe('a path', () => {
  test('has 107 bytes at most on Linux and 103 on macOS, counted in UTF-8', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      const most = mostPathBytes(platform);
      expect(codeOf(`/${'x'.repeat(most - 1)}`, platform)).toBeNull();
      expect(codeOf(`/${'x'.repeat(most)}`, platform)).toBe('PATH_TOO_LONG');
      expect(codeOf(`/${'ü'.repeat((most + 1) / 2)}`, platform)).toBe('PATH_TOO_LONG');
    }
    expect(mostPathBytes('linux')).toBe(107);
    expect(mostPathBytes('darwin')).toBe(103);
  });

  test('is a named pipe on Windows and never elsewhere', () => {
    for (const pipe of ['\\\\.\\pipe\\demo', '\\\\?\\pipe\\demo', '//./pipe/demo', '\\\\.\\PIPE\\a\\b']) {
      expect(codeOf(pipe, 'win32')).toBeNull();
      expect(codeOf(pipe, 'linux')).toBe('PATH_IS_A_PIPE');
    }
    for (const path of ['/tmp/demo.sock', 'C:\\demo', '\\\\.\\pipe\\', 'demo'])
      expect(codeOf(path, 'win32')).toBe('PATH_NOT_A_PIPE');
    expect(codeOf(`\\\\.\\pipe\\${'x'.repeat(200)}`, 'win32')).toBeNull();
  });

  test('that is empty or holds a zero is none', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(codeOf('', platform)).toBe('INVALID_ARGUMENT');
      expect(codeOf('/tmp/a\0b', platform)).toBe('INVALID_ARGUMENT');
    }
    expect(pathFailure('\0abstract')).toMatchObject({ code: 'INVALID_ARGUMENT', subject: 'path' });
  });

  test('is always shown so that it cannot be taken for a host', () => {
    expect(['demo', '/tmp/demo', './demo'].map(shownPath)).toEqual(['./demo', '/tmp/demo', './demo']);
  });
});

describe('removing a stale socket', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  const at = (name: string): string => join(folder.path, name);
  beforeEach(async () => void (folder = await testFolder()));
  afterEach(() => folder.remove());

  test('deletes the file that nobody listens on, and is content when there is none', async () => {
    leaveStaleSocket(at('stale'));
    await removeStaleSocket(at('stale'));
    expect(existsSync(at('stale'))).toBe(false);
    await removeStaleSocket(at('stale'));
  });

  test('never touches the socket of a living server', async () => {
    const server = createServer().listen({ path: at('live') });
    closeLater(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(removeStaleSocket(at('live'))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(at('live'))).toBe(true);
  });

  test.runIf(process.platform === 'linux' && isInstalled('python3'))(
    'never touches the socket of a server that is bound, but does not listen yet (needs Linux and python3)',
    async () => {
      const path = at('early "socket"');
      const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
print('bound', flush=True)
sys.stdin.read()`;
      const early = spawn('python3', ['-c', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
      closeLater(() => early.kill('SIGKILL'));
      await once(early.stdout, 'data');
      await expect(removeStaleSocket(path)).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expect(existsSync(path)).toBe(true);
      early.stdin.end();
      await once(early, 'close');
      await removeStaleSocket(path);
      expect(existsSync(path)).toBe(false);
    },
  );

  test('never touches a file, a folder or a link', async () => {
    writeFileSync(at('file'), 'precious');
    mkdirSync(at('folder'));
    leaveStaleSocket(at('stale'));
    symlinkSync(at('stale'), at('link'));
    await expect(removeStaleSocket(at('file'))).rejects.toMatchObject({ code: 'PATH_NOT_A_SOCKET' });
    await expect(removeStaleSocket(at('folder'))).rejects.toMatchObject({ code: 'PATH_IS_FOLDER' });
    await expect(removeStaleSocket(at('link'))).rejects.toMatchObject({ code: 'PATH_NOT_A_SOCKET' });
    for (const name of ['file', 'folder', 'link', 'stale']) expect(existsSync(at(name))).toBe(true);
  });
});
