import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { framingOf } from '../../../shared/framing/settings.ts';
import type { SequenceRun } from '../../../shared/sequences/run.ts';
import { readSequence } from '../../../shared/sequences/yaml.ts';
import { withBench } from '../testing/capture-kit.ts';
import { clientSettings, plainServer, portOf, until } from '../testing/stream-kit.ts';
import { clientLayers } from '../layers/stream-layers.ts';
import { noResources } from '../layers/tls/identity.ts';
import { Client } from '../stream/client.ts';
import { runSequence } from './run.ts';

type Peer = { socket: Socket; heard: string };
type Options = {
  framing?: string;
  onHeard?: (peer: Peer) => void;
  onOpen?: (peer: Peer) => void;
  while?: (peer: Peer, abort: AbortController) => Promise<void>;
};

const sequenceOf = (steps: string, head = '') => {
  const read = readSequence(`version: 1\n${head}steps:\n${steps}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.sequence;
};

/** Runs the steps on a connection to a plain server that does as it is told. */
async function ran(
  steps: string,
  options: Options = {},
  head = '',
): Promise<{ run: SequenceRun; peer: Peer }> {
  let result!: { run: SequenceRun; peer: Peer };
  await withBench(async ({ open }) => {
    const capture = await open();
    const peers: Peer[] = [];
    const server = await plainServer((socket) => {
      const peer = { socket, heard: '' };
      peers.push(peer);
      socket.on('data', (bytes) => {
        peer.heard += bytes.toString('latin1');
        options.onHeard?.(peer);
      });
      options.onOpen?.(peer);
    });
    const client = new Client(capture, { layersOf: clientLayers(noResources) });
    client.connect(clientSettings(portOf(server)));
    await until(() => client.status.state === 'open' && peers.length === 1);
    const abort = new AbortController();
    const running = runSequence(
      sequenceOf(steps, head),
      client.connections.firstOpen!,
      {
        ...{ log: capture, recorder: capture, connections: client.connections, told: () => undefined },
        ...{ framing: framingOf(options.framing ?? ''), hasBoundaries: false, encoding: 'utf-8' },
        from: capture.length,
        onRecords: (listener) => capture.onAppended(listener),
      },
      abort.signal,
    );
    await options.while?.(peers[0]!, abort);
    const run = await running;
    result = { run, peer: peers[0]! };
    await client.stop();
  });
  return result;
}

const codes = ({ steps }: SequenceRun) => steps.map(({ state, failure }) => failure?.code ?? state);

test('talks, waits, sets values and uses them, whatever the reads are', async () => {
  const steps = `
- send: 'USER {{value user}}\\r\\n'
  expect: 'text:"331 "'
  set: { token: 'token=(\\w+);' }
- send: 'PASS {{value token}}\\r\\n'
  expect: '230'
- expect: 'ready'
`;
  const { run, peer } = await ran(
    steps,
    {
      onHeard: ({ socket, heard }) => {
        // What stands behind an answer is still there for the next step.
        if (heard.endsWith('ada\r\n')) for (const part of ['33', '1 tok', 'en=a1;\r\n']) socket.write(part);
        if (heard.endsWith('a1\r\n')) socket.write('230 in\r\nready\r\n');
      },
    },
    "values: { user: 'ada' }\n",
  );
  expect(run).toMatchObject({ state: 'passed', done: 3, failed: 0 });
  expect(peer.heard).toBe('USER ada\r\nPASS a1\r\n');
  expect(run.steps.map(({ record }) => record !== null)).toEqual([true, true, true]);
});

test('goes on, tries again or stops where a step fails, and says which', async () => {
  const steps = `
- send: 'a'
  expect: 'never'
  within: 20ms
  on-failure: 2 again, then go on
- send: 'b'
  expect: 'never'
  within: 20ms
- send: 'c'
`;
  const { run, peer } = await ran(steps);
  expect(run).toMatchObject({ state: 'failed', failed: 2, at: [1] });
  expect(codes(run)).toEqual(['SEQUENCE_NO_ANSWER', 'SEQUENCE_NO_ANSWER']);
  expect(run.steps[0]!.tries).toBe(3);
  expect(peer.heard).toBe('aaab');
});

test('goes through loops, each step as often as it says, and ends at a stop', async () => {
  const steps = `
- loop: 3
  steps:
    - send: '{{counter}},'
    - loop: 2
      steps: [{ send: 'x' }]
- stop: here
- send: 'not this'
`;
  const { run, peer } = await ran(steps);
  await until(() => peer.heard.length === 12);
  expect(peer.heard).toBe('1,xx2,xx3,xx');
  expect(run.state).toBe('passed');
  expect(run.steps.find(({ path }) => path.join() === '0,1,0')).toMatchObject({ passed: 6, failed: 0 });
});

test('takes frames for messages where the endpoint does, and passes over others', async () => {
  const { run } = await ran("\n- expect: '/^two$/m'\n- expect: '/^four$/m'\n", {
    framing: 'crlf',
    while: async ({ socket }) => void socket.write('one\r\ntwo\r\nthree\r\nfour\r\n'),
  });
  expect(codes(run)).toEqual(['passed', 'passed']);
});

test('ends its side and waits for the end of the other', async () => {
  const { run } = await ran("\n- send: 'bye'\n- end: finish\n- peer-ends: finish\n", {
    onOpen: ({ socket }) => socket.on('end', () => socket.end()),
  });
  expect(codes(run)).toEqual(['passed', 'passed', 'passed']);
});

test('fails at once when the connection ends while it waits', async () => {
  const { run } = await ran("\n- expect: 'x'\n  within: 1h\n", {
    while: async ({ socket }) => void socket.destroy(),
  });
  expect(codes(run)).toEqual(['SEQUENCE_ENDED']);
  const reset = await ran('\n- peer-ends: close\n  within: 1h\n', {
    while: async ({ socket }) => void socket.resetAndDestroy(),
  });
  expect(codes(reset.run)).toEqual(['SEQUENCE_ENDED_OTHERWISE']);
});

test('is cancelled at once, in a pause and in a loop that never ends', async () => {
  for (const steps of ['\n- wait: 1h\n', "\n- loop: forever\n  steps: [{ send: 'xxxxxxxx' }]\n"]) {
    const { run } = await ran(steps, {
      while: async ({ heard, socket }, abort) => {
        if (steps.includes('loop')) await until(() => socket.bytesRead > 0 || heard.length > 0);
        abort.abort();
      },
    });
    expect(run.state).toBe('cancelled');
  }
});

test('says what cannot be made or set, and an expression that finds no end', async () => {
  const steps = `
- send: '{{value nobody}}'
  on-failure: go on
- expect: '/^(a+)+$/'
  within: 1h
`;
  const { run, peer } = await ran(steps, {
    while: async ({ socket }) => void socket.write(`${'a'.repeat(40)}!`),
  });
  expect(codes(run)).toEqual(['MESSAGE_NOT_MADE', 'SEQUENCE_TOO_SLOW']);
  expect(peer.heard).toBe('');
});
