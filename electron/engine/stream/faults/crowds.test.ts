import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type TestProgram } from '../../testing/program.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import { closeLater, listening, plainPeer, until } from '../../testing/stream-kit.ts';
import { expectOneEnd, survives } from '../../testing/fault-kit.ts';

let program: TestProgram;
beforeAll(async () => void (program = await buildProgram('limited-server')));
afterAll(() => program.remove());

describe('a server', () => {
  test('holds 5,000 idle peers, serves one among them, and ends each once', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening({ reply: 'echo', backlog: 5000 });
      const peers: Socket[] = [];
      // Two descriptors each, and a hundred at a time, so that no queue of the kernel is full.
      while (peers.length < 5000)
        peers.push(...(await Promise.all(Array.from({ length: 100 }, () => plainPeer(port)))));
      await until(() => listener.connections.openCount === 5000);
      const speaker = await plainPeer(port);
      speaker.write('anybody?');
      await until(() => Buffer.concat(speaker.received).toString() === 'anybody?');
      await listener.stop();
      expect(recorder.ends()).toHaveLength(5001);
      expect(recorder.details('failed')).toEqual([]);
      await until(() => peers.every((peer) => peer.readableEnded || peer.destroyed));
    }));

  test('takes 10,000 short connections and has every byte of each', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening();
      const short = (index: number): Promise<void> =>
        new Promise((resolve, reject) => {
          const socket = connect({ port, host: '127.0.0.1' }).on('error', reject);
          socket.on('close', () => resolve()).resume();
          socket.end(`${index}`.padStart(6, '0'));
        });
      for (let index = 0; index < 10_000; index += 50)
        await Promise.all(Array.from({ length: 50 }, (_, offset) => short(index + offset)));
      await until(() => listener.connections.openCount === 0);
      expect(recorder.details('opened')).toHaveLength(10_000);
      expect(recorder.details('closed').every(({ receivedBytes }) => receivedBytes === 6)).toBe(true);
      expect(recorder.ends()).toHaveLength(10_000);
      expect(listener.status.refused).toBe(0);
    }));

  test('refuses whoever comes above its limit, counts them, and leaves the others alone', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening({ maxConnections: 3, reply: 'echo' });
      const peers = await Promise.all(Array.from({ length: 10 }, () => plainPeer(port)));
      await until(() => listener.status.refused === 7);
      await until(() => peers.filter((peer) => peer.readableEnded || peer.destroyed).length === 7);
      const [served] = peers.filter((peer) => !peer.readableEnded && !peer.destroyed);
      served!.write('one of three');
      await until(() => Buffer.concat(served!.received).toString() === 'one of three');
      expect(recorder.ends()).toEqual([]);
    }));

  test.runIf(process.platform === 'linux')(
    'that reaches the limit of descriptors counts the refused, serves the others, and takes new ones later',
    () =>
      survives(async () => {
        const { port, said, stop } = await limitedServer(150);
        const peers = await Promise.all(Array.from({ length: 150 }, () => plainPeer(port)));
        await until(() => said().refused > 0);
        const { open, refused } = said();
        expect(open).toBeGreaterThan(10);
        await until(() => said().open + said().refused === 150);
        const gone = (): Socket[] => peers.filter((peer) => peer.readableEnded || peer.destroyed);
        await until(() => gone().length === said().refused);
        expect(refused).toBeLessThanOrEqual(150 - open);
        for (const peer of peers) peer.destroy();
        await until(() => said().open === 0);
        const late = await plainPeer(port);
        late.write('free again?');
        await until(() => Buffer.concat(late.received).toString() === 'free again?');
        late.end();
        await stop();
      }),
  );
});

describe('a crowd of refused peers', () => {
  test('is no end of any connection but its own', () =>
    survives(async () => {
      const recorder = new TestRecorder();
      const { listener, port } = await listening({ maxConnections: 1 }, {}, recorder);
      const first = await plainPeer(port);
      await until(() => listener.connections.openCount === 1);
      const others = Array.from({ length: 200 }, () =>
        connect(port, '127.0.0.1').on('error', () => undefined),
      );
      await until(() => listener.status.refused === 200);
      for (const other of others) other.destroy();
      first.end();
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish' });
    }));
});

type Said = { open: number; refused: number };
type LimitedServer = { port: number; said: () => Said; stop: () => Promise<void> };

/** Our listener in a process of its own that may open only so many descriptors; it says what it holds. */
async function limitedServer(limit: number): Promise<LimitedServer> {
  const command = ['-c', `ulimit -n ${limit} && exec "$0" "$1"`, process.execPath, program.path];
  const child = spawn('sh', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  closeLater(() => child.kill('SIGKILL'));
  let last = '';
  let tail = '';
  child.stdout.on('data', (bytes: Buffer) => {
    const lines = (tail + bytes.toString()).split('\n');
    tail = lines.pop()!;
    last = lines.at(-1) ?? last;
  });
  await until(() => last !== '');
  const { port } = JSON.parse(last) as { port: number };
  return {
    port,
    said: () => JSON.parse(last) as Said,
    stop: async () => {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
      expect(child.exitCode).toBe(0);
    },
  };
}
