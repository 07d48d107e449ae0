/** Calls over a channel. A failure crosses as data and is thrown again as `FailureError` at the caller. */
import { createBirpc } from 'birpc';
import type { Channel } from './channel.ts';
import { failureOf, FailureError, type Failure } from '../failure.ts';

type Functions = Record<string, (...args: never[]) => unknown>;
export type Remote<F> = {
  [K in keyof F]: F[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};
/** Functions of the local side may answer at once or later. */
export type Local<F> = {
  [K in keyof F]: F[K] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<R> : never;
};

const closed = { code: 'CHANNEL_CLOSED' };

/**
 * Serves `local` over `channel` and returns the other side's functions. Pending calls reject with CHANNEL_CLOSED when
 * the channel closes. A malformed message is ignored: it can name no call that would wait for its answer.
 */
export function serveRpc<L, R>(channel: Channel, local: Local<L>): Remote<R> {
  // birpc looks names up on the prototype too; a table without one has only the contract's names.
  const table = Object.assign(Object.create(null) as Functions, local);
  let isClosed = false;
  const rpc = createBirpc<Functions, Functions>(table, {
    timeout: -1,
    post: (message) => {
      if (isClosed) throw new FailureError(closed);
      channel.send(message);
    },
    on: (receive: (message: unknown) => void) =>
      channel.onMessage((message) => isCall(message) && receive(message)),
    serialize: (message: { e?: unknown }) =>
      'e' in message ? { ...message, e: failureOf(message.e) } : message,
    deserialize: (message: { e?: unknown }) =>
      message.e === undefined || message.e === null
        ? message
        : { ...message, e: new FailureError(failureFrom(message.e)) },
    // Named by birpc only for an answer that cannot be sent: the caller gets the error, or has gone. A call's own error
    // must be thrown: birpc resolves the call with undefined otherwise.
    onGeneralError: (_error, name) => name !== undefined,
  });
  channel.onClose(() => {
    isClosed = true;
    rpc.$close(new FailureError(closed));
  });
  const call = async (name: string, args: never[]): Promise<unknown> => {
    if (isClosed) throw new FailureError(closed);
    return rpc.$call(name, ...args);
  };
  return new Proxy({} as Remote<R>, {
    get: (_, name) => (name === 'then' ? undefined : (...args: never[]) => call(name as string, args)),
  });
}

function isCall(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('t' in message)) return false;
  if (message.t === 's') return 'i' in message && typeof message.i === 'string';
  return (
    message.t === 'q' &&
    'm' in message &&
    typeof message.m === 'string' &&
    'a' in message &&
    Array.isArray(message.a)
  );
}

function failureFrom(value: unknown): Failure {
  const { code, message, subject, ...more } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<Failure>;
  const said = {
    code: String(code ?? 'UNKNOWN'),
    message: String(message ?? ''),
    subject: String(subject ?? ''),
  };
  return { ...more, ...said };
}
