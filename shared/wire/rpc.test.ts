import { expect, test } from 'vitest';
import type { Channel } from './channel.ts';
import { FailureError } from '../failure.ts';
import { serveRpc } from './rpc.ts';

/** Two ends of one channel in memory; messages arrive in a later turn, as on a real one. */
function pair(): [
  Channel & { receive(message: unknown): void },
  Channel & { receive(message: unknown): void },
] {
  const make = () => {
    let receive: (message: unknown) => void = () => undefined;
    let closed: () => void = () => undefined;
    return {
      onMessage: (listener: (message: unknown) => void) => void (receive = listener),
      onClose: (listener: () => void) => void (closed = listener),
      receive: (message: unknown) => receive(message),
      ended: () => closed(),
    };
  };
  const a = make();
  const b = make();
  const close = () => {
    a.ended();
    b.ended();
  };
  const to = (other: typeof a) => (message: unknown) => {
    const copy: unknown = JSON.parse(JSON.stringify(message));
    void Promise.resolve().then(() => other.receive(copy));
  };
  return [
    { ...a, send: to(b), close },
    { ...b, send: to(a), close },
  ];
}

type Engine = { add(a: number, b: number): number; fail(): void; wait(): void; huge(): unknown };
type Page = { tell(text: string): void };
const engine = (): Engine => ({
  add: (a, b) => a + b,
  fail: () => {
    throw new FailureError({ code: 'ECONNREFUSED', message: 'refused', subject: '127.0.0.1:9' });
  },
  wait: () => new Promise(() => undefined) as never,
  huge: () => 10n,
});

test('calls are answered, in both directions', async () => {
  const [left, right] = pair();
  const told: string[] = [];
  const page = serveRpc<Engine, Page>(left, engine());
  const remote = serveRpc<Page, Engine>(right, { tell: (text) => void told.push(text) });
  expect(await remote.add(2, 3)).toBe(5);
  await page.tell('hello');
  expect(told).toEqual(['hello']);
});

test('a failure crosses with its code and subject', async () => {
  const [left, right] = pair();
  serveRpc<Engine, Page>(left, engine());
  const remote = serveRpc<Page, Engine>(right, { tell: () => undefined });
  const failure = await remote.fail().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FailureError);
  expect(failure).toMatchObject({ code: 'ECONNREFUSED', message: 'refused', subject: '127.0.0.1:9' });
});

test('only functions of the contract can be called', async () => {
  const [left, right] = pair();
  serveRpc<Engine, Page>(left, engine());
  const remote = serveRpc<Page, Record<'toString' | 'constructor' | 'nothing', () => unknown>>(right, {
    tell: () => undefined,
  });
  for (const name of ['toString', 'constructor', 'nothing'] as const)
    await expect(remote[name]()).rejects.toBeInstanceOf(FailureError);
});

test('pending and later calls are refused when the channel closes', async () => {
  const [left, right] = pair();
  serveRpc<Engine, Page>(left, engine());
  const remote = serveRpc<Page, Engine>(right, { tell: () => undefined });
  const pending = remote.wait();
  right.close();
  await expect(pending).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
  await expect(remote.add(1, 2)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
});

test('an answer that cannot be sent reaches the caller as a failure', async () => {
  const [left, right] = pair();
  serveRpc<Engine, Page>(left, engine());
  const remote = serveRpc<Page, Engine>(right, { tell: () => undefined });
  await expect(remote.huge()).rejects.toBeInstanceOf(FailureError);
  expect(await remote.add(1, 1)).toBe(2);
});

test('malformed messages are ignored and the channel goes on', async () => {
  const [left, right] = pair();
  serveRpc<Engine, Page>(left, engine());
  const remote = serveRpc<Page, Engine>(right, { tell: () => undefined });
  for (const message of [
    null,
    1,
    'x',
    {},
    { t: 'q' },
    { t: 'q', m: 1, a: [] },
    { t: 's' },
    { t: 's', i: 'unknown' },
    { t: 'q', m: 'add', a: 1 },
  ])
    left.receive(message);
  expect(await remote.add(1, 1)).toBe(2);
});
