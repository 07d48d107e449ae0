import { afterEach, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { speakForSystem } from './system-command.ts';

afterEach(() => speakForSystem(''));

const tryThis = (code: string) => explain({ code, message: 'connect ', subject: '127.0.0.1:9' }).tryThis;

test('what to try names the commands of the machine that the engine runs on, and no others', () => {
  const commands = { linux: 'ss -ltnp', darwin: 'lsof -nP', win32: 'netstat -ano' };
  for (const [system, own] of Object.entries(commands)) {
    speakForSystem(system);
    for (const [other, command] of Object.entries(commands))
      expect(tryThis('ECONNREFUSED').includes(command), `${other} on ${system}`).toBe(command === own);
    expect(tryThis('ECONNREFUSED')).not.toMatch(/Linux|macOS|Windows/);
  }
});

test('a command that a system does not have is not talked about there', () => {
  speakForSystem('win32');
  expect(tryThis('EACCES')).not.toContain('sysctl');
  expect(explain({ code: 'ENOENT', message: '', subject: '/tmp/a' }, 'connecting').tryThis).not.toContain(
    '“',
  );
});

test('what only one system does is not talked about on another', () => {
  speakForSystem('win32');
  expect(tryThis('EMFILE')).not.toContain('ulimit');
  speakForSystem('linux');
  expect(tryThis('EMFILE')).toContain('“ulimit -n 65536” raises');
  const unreachable = () => explain({ code: 'EHOSTUNREACH', message: '', subject: '192.168.1.9:80' }).tryThis;
  expect(unreachable()).not.toContain('macOS');
  speakForSystem('darwin');
  expect(unreachable()).toContain('On macOS, allow Socketscope');
});

test('of a system that is not known all are named, each with its own', () => {
  expect(tryThis('EADDRINUSE')).toBeTruthy();
  expect(tryThis('ECONNREFUSED')).toContain('“ss -ltnp” on Linux, “lsof -nP -iTCP -sTCP:LISTEN” on macOS or');
});
