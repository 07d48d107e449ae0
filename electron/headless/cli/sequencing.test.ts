import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

async function fileOf(name: string, steps: string): Promise<string> {
  await writeFile(cli.path(name), `version: 1\nsteps:\n${steps}`);
  return cli.path(name);
}

const server = `
- send: '220 ready\\r\\n'
- expect: '/USER (\\w+)/'
  set: { user: 'USER (\\w+)' }
- send: '331 token={{value user}}7;\\r\\n'
- expect: 'PASS ada7'
- send: '230 in\\r\\n'
- end: finish
`;
const client = `
- name: Greeting
  expect: '220 '
- send: 'USER ada\\r\\n'
  expect: '331 '
  set: { token: 'token=(\\w+);' }
- send: 'PASS {{value token}}\\r\\n'
  expect: '230 '
- peer-ends: any
`;

it('a client and a server go through their steps with each other, over TCP and UDP', async () => {
  const both = [await fileOf('server.yaml', server), await fileOf('client.yaml', client)] as const;
  const { url } = await cli.listen('tcp://127.0.0.1:0', '--sequence', both[0]);
  const talk = await cli.run('connect', url, '--sequence', both[1], '--format', 'raw');
  expect(talk.stderr).toMatch(/^The sequence is through: 4 steps, /m);
  expect(talk).toMatchObject({ code: 0, stdout: '220 ready\r\n331 token=ada7;\r\n230 in\r\n' });
  const echo = await cli.listen('udp://127.0.0.1:0', '--reply', 'echo');
  const steps = "\n- loop: 3\n  steps: [{ send: '{{counter}}', expect: '/^[123]$/' }]\n";
  const datagrams = await cli.run('connect', echo.url, '--sequence', await fileOf('udp.yaml', steps));
  expect(datagrams.stderr).toMatch(/^The sequence is through: 4 steps, /m);
  expect(datagrams.code).toBe(0);
});

it('a server goes through them with each peer, and says which one failed', async () => {
  const steps = "\n- send: 'who? '\n  expect: 'me'\n  within: 300ms\n- send: 'hello'\n- end: close\n";
  const { port, child } = await cli.listen(
    'tcp://127.0.0.1:0',
    '--sequence',
    await fileOf('who.yaml', steps),
  );
  const heard = async (says: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write(says);
    let text = '';
    socket.setTimeout(2000, () => socket.destroy());
    for await (const bytes of socket) text += String(bytes);
    return text;
  };
  const good = heard('me');
  const bad = heard('no');
  expect(await good).toBe('who? hello');
  await expect
    .poll(() => child.stderr, { timeout: 20_000 })
    .toMatch(
      /^socketscope: 127\.0\.0\.1:\d+: Step 1: What the step waits for did not come in time \(SEQUENCE_NO_ANSWER\)$/m,
    );
  child.child.kill('SIGTERM');
  expect(await bad).toBe('who? ');
});

it('what fails ends the run with code 1, and a file with mistakes is refused before anything is connected', async () => {
  const { url } = await cli.listen('tcp://127.0.0.1:0', '--reply', 'echo');
  const never = await fileOf(
    'never.yaml',
    "\n- name: Ask\n  send: 'x'\n  expect: 'y'\n  within: 50ms\n  on-failure: 1 again\n",
  );
  const failed = await cli.run('connect', url, '--sequence', never);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('socketscope: Step 1 (Ask), tried 2 times: What the step waits for');
  const wrong = await fileOf('wrong.yaml', "\n- snd: 'x'\n- wait: 5\n");
  const refused = await cli.run('connect', 'tcp://127.0.0.1:1', '--sequence', wrong);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${wrong}:4:3: There is no “snd” here. Is “send” meant?`);
  expect(refused.stderr).toContain(`${wrong}:5:9: A duration has a unit`);
  expect((await cli.run('connect', url, '--sequence', never, '--send', 'x')).code).toBe(2);
});
