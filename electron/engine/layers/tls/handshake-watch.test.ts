import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TlsMessage } from '../../../../shared/certificates.ts';
import type { RecordDetail } from '../../../../shared/records.ts';
import { plainServer, portOf } from '../../testing/stream-kit.ts';
import { HandshakeWatch } from './handshake-watch.ts';
import { connecting, failed, newKit, serving, settled, tlsPeer, tlsServer } from '../../testing/tls-kit.ts';

type Secured = Extract<RecordDetail, { kind: 'secured' }>;

const told = (messages: readonly TlsMessage[] | undefined): string[] =>
  (messages ?? []).map(({ by, name }) => `${by} ${name}`);

const older = ['ServerHello', 'Certificate', 'ServerKeyExchange', 'ServerHelloDone'];

describe('a handshake tells its messages', () => {
  test.each([
    ['TLSv1.3', ['peer ClientHello', 'us ServerHello', 'us encrypted', 'peer encrypted']],
    [
      'TLSv1.2',
      ['peer ClientHello', ...older.map((name) => `us ${name}`), 'peer ClientKeyExchange', 'peer Finished'],
    ],
  ] as const)('of a server (%s)', async (maxVersion, expected) => {
    const { recorder, port } = await serving();
    await tlsPeer(port, { maxVersion });
    await expect.poll(() => recorder.details('secured')).toHaveLength(1);
    const [{ messages = [] }] = recorder.details('secured') as [Secured];
    expect(told(messages).slice(0, expected.length)).toEqual(expected);
    const times = messages.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test.each([
    ['TLSv1.3', ['us ClientHello', 'peer ServerHello', 'peer encrypted']],
    [
      'TLSv1.2',
      ['us ClientHello', ...older.map((name) => `peer ${name}`), 'us ClientKeyExchange', 'us Finished'],
    ],
  ] as const)('of a client (%s)', async (maxVersion, expected) => {
    const { recorder } = await settled(
      connecting(await tlsServer({ maxVersion }), await newKit(), { verify: false }),
    );
    const [{ messages = [], durationMs }] = recorder.details('secured') as [Secured];
    expect(told(messages).slice(0, expected.length)).toEqual(expected);
    // The step of the handshake holds all of them.
    const end = recorder.records.find(({ kind }) => kind === 'secured')!.time;
    expect(messages[0]!.time).toBeGreaterThanOrEqual(end - durationMs);
    expect(messages.at(-1)!.time).toBeLessThanOrEqual(end);
  });

  test('with a second ClientHello where the server wants another key exchange', async () => {
    const port = await tlsServer({ ecdhCurve: 'P-521' });
    const { recorder } = await settled(connecting(port, await newKit(), { verify: false }));
    expect(told(recorder.details('secured')[0]?.messages)).toEqual([
      'us ClientHello',
      'peer HelloRetryRequest',
      'us ClientHello',
      'peer ServerHello',
      'peer encrypted',
    ]);
  });

  test('as far as it came, where it failed', async () => {
    const port = await tlsServer({ minVersion: 'TLSv1.3' });
    const { recorder } = connecting(port, await newKit(), { verify: false, maxVersion: 'TLSv1.2' });
    await failed(recorder);
    expect(told(recorder.details('failed')[0]?.messages)).toEqual(['us ClientHello', 'peer Alert']);
  });

  test('and nothing of what is no TLS', async () => {
    const server = await plainServer((socket) => socket.write('220 mail.test ESMTP\r\n'));
    const { recorder } = connecting(portOf(server), await newKit(), { verify: false });
    await failed(recorder);
    expect(told(recorder.details('failed')[0]?.messages)).toEqual(['us ClientHello']);
  });
});

/** What both sides of a handshake of node:tls say, as they said it. */
async function overheard(
  maxVersion: 'TLSv1.2' | 'TLSv1.3',
): Promise<{ by: TlsMessage['by']; bytes: Buffer }[]> {
  const target = await tlsServer({ maxVersion });
  const said: { by: TlsMessage['by']; bytes: Buffer }[] = [];
  const between = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const pass = (by: TlsMessage['by'], from: Socket, to: Socket): void =>
      void from
        .on('data', (bytes) => (said.push({ by, bytes }), to.write(bytes)))
        .on('error', () => to.destroy());
    pass('us', near, far);
    pass('peer', far, near);
    onTestFinished(() => void far.destroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void between.close());
  await once(between, 'listening');
  await tlsPeer(portOf(between));
  return said;
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'messages are the same however the bytes are cut (%s)',
  async (version) => {
    const said = await overheard(version);
    const watched = (sizes: readonly number[]): string[] => {
      const watch = new HandshakeWatch();
      let turn = 0;
      for (const { by, bytes } of said)
        for (let at = 0; at < bytes.length;) {
          const end = at + sizes[turn++ % sizes.length]!;
          if (by === 'us') watch.sent(bytes.subarray(at, end));
          else watch.received(bytes.subarray(at, end));
          at = end;
        }
      return told(watch.messages);
    };
    const whole = watched([Infinity]);
    expect(whole.slice(0, 2)).toEqual(['us ClientHello', 'peer ServerHello']);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(watched(sizes)).toEqual(whole);
      }),
    );
  },
);

test('hostile bytes are never a list without end', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 })), (pieces) => {
      const watch = new HandshakeWatch();
      // As many alerts as fit, and then whatever.
      watch.received(Buffer.from('15030300020228'.repeat(1000), 'hex'));
      for (const bytes of pieces) watch.received(bytes);
      expect(watch.messages).toHaveLength(32);
    }),
  );
});
