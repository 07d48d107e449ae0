import { describe, expect, test } from 'vitest';
import type { ClientSettings } from '../../../../shared/settings/settings.ts';
import { explain } from '../../../../shared/texts/index.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import type { Client, ClientOptions } from '../client.ts';
import {
  blackHole,
  clientSettings,
  newClient,
  plainServer,
  portOf,
  until,
} from '../../testing/stream-kit.ts';
import { expectOneEnd, refusingPort, survives } from '../../testing/fault-kit.ts';

type Attempt = { client: Client; recorder: TestRecorder };

function connecting(
  port: number,
  changes: Partial<ClientSettings> = {},
  options: ClientOptions = {},
): Attempt {
  const recorder = new TestRecorder();
  const client = newClient(recorder, options);
  client.connect(clientSettings(port, changes));
  return { client, recorder };
}

async function fails(attempt: Attempt, expected: object): Promise<void> {
  await until(() => attempt.recorder.ends().length > 0);
  expectOneEnd(attempt.recorder, { kind: 'failed', ...expected });
  expect(attempt.client.status.state).toBe('failed');
}

describe('a client', () => {
  test('whose host refuses fails once', () =>
    survives(async () => {
      await fails(connecting(await refusingPort()), { code: 'ECONNREFUSED', during: 'connecting' });
    }));

  test('whose two addresses both refuse fails once and lists both attempts', () =>
    survives(async () => {
      const lookup: ClientOptions['lookup'] = (_host, _options, callback) =>
        callback(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '::1', family: 6 },
        ]);
      const attempt = connecting(await refusingPort(), { host: 'two.test' }, { lookup });
      await fails(attempt, { code: 'ECONNREFUSED', during: 'connecting' });
      expect(attempt.recorder.details('attempted').map(({ remote, code }) => [remote.host, code])).toEqual([
        ['127.0.0.1', 'ECONNREFUSED'],
        ['::1', 'ECONNREFUSED'],
      ]);
    }));

  test('whose packets vanish fails at its deadline, to half a second', () =>
    survives(async () => {
      const port = await blackHole();
      const attempt = connecting(port, { connectTimeoutMs: 1000 });
      // Timers of one loop go off in the order of their times, however late a busy machine lets all of them be.
      const endsAfter = (ms: number): Promise<number> =>
        new Promise((resolve) => setTimeout(() => resolve(attempt.recorder.ends().length), ms));
      expect(await Promise.all([endsAfter(500), endsAfter(1500)])).toEqual([0, 1]);
      await fails(attempt, { code: 'ETIMEDOUT', during: 'connecting' });
      expect(attempt.recorder.details('attempted')).toMatchObject([{ outcome: 'timed-out' }]);
      expect(attempt.recorder.details('failed')[0]!.durationMs).toBeGreaterThan(500);
    }));

  test('that is cancelled while its packets vanish is ended in the same moment', () =>
    survives(async () => {
      const { client, recorder } = connecting(await blackHole());
      await until(() => client.status.state === 'connecting');
      const asked = performance.timeOrigin + performance.now();
      client.disconnect('close');
      // Synchronously: whatever the machine does, it cannot be later.
      expectOneEnd(recorder, { kind: 'closed', by: 'us' });
      expect(recorder.records.at(-1)!.time - asked).toBeLessThan(200);
      expect(recorder.details('attempted')).toMatchObject([{ outcome: 'abandoned' }]);
    }));

  test('whose host does not exist fails once, in the resolving', () =>
    survives(async () => {
      await fails(connecting(80, { host: 'no-such-host.invalid' }), { during: 'resolving' });
    }));

  test('whose local port is taken fails once, and the failure says local', () =>
    survives(async () => {
      const taken = portOf(await plainServer(() => undefined));
      const server = portOf(await plainServer(() => undefined));
      const attempt = connecting(server, { localHost: '127.0.0.1', localPort: taken });
      await fails(attempt, { code: 'EADDRINUSE', during: 'connecting', host: '127.0.0.1', port: taken });
      expect(explain(attempt.client.status.failure!, 'connecting').what).toMatch(/local/i);
    }));

  test('of a link-local address without its zone fails once, and names a zone', () =>
    survives(async () => {
      const attempt = connecting(80, { host: 'fe80::1' });
      await fails(attempt, { code: 'LINK_LOCAL_WITHOUT_ZONE' });
      expect(explain(attempt.client.status.failure!).tryThis).toContain('%');
    }));

  test.each([0, -1, 65_536, 1.5, Number.NaN])('with the port %s opens nothing', (port) =>
    survives(async () => {
      const recorder = new TestRecorder();
      expect(() => newClient(recorder).connect(clientSettings(port))).toThrow(
        expect.objectContaining({ code: 'ERR_SOCKET_BAD_PORT' }),
      );
      expect(recorder.length).toBe(0);
    }),
  );
});
