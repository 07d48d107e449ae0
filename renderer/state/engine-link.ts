import type { Channel } from '../../shared/wire/channel.ts';
import type { Commands, Events } from '../../shared/contract.ts';
import { failureOf, FailureError, type Failure } from '../../shared/failure.ts';
import { serveRpc, type Local, type Remote } from '../../shared/wire/rpc.ts';

const firstPauseMs = 250;
const longestPauseMs = 3000;

export type EngineLink = {
  /** Stays the same object across reconnections; calls without a connection reject with CHANNEL_CLOSED. */
  engine: Remote<Commands>;
  /** Tries at once, where an attempt is under way when that has failed: it may have begun with another key. */
  retry(): void;
  close(): void;
};

/**
 * Keeps one channel to the engine, and opens the next when it is lost: after 250 ms, then twice that, at most every 3 s;
 * a host that refuses the key is not asked again before `retry`. `onAttach` runs on each new channel before `onChange(true)`.
 */
export function linkEngine(
  openChannel: () => Promise<Channel>,
  events: Local<Events>,
  onAttach: () => Promise<void>,
  onChange: (connected: boolean, failure: Failure | null) => void,
): EngineLink {
  let remote: Remote<Commands> | null = null;
  let channel: Channel | null = null;
  let closed = false;
  let pauseMs = firstPauseMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWaiting = false;
  let isAskedAgain = false;

  const attach = async () => {
    isWaiting = isAskedAgain = false;
    let failure: Failure | null = null;
    try {
      channel = await openChannel();
      if (closed) return channel.close();
      // The listener that `serveRpc` sets rejects calls; ours comes through the same one event.
      const lost = onceClosed(channel);
      remote = serveRpc<Events, Commands>(lost.channel, events);
      await onAttach();
      pauseMs = firstPauseMs;
      isAskedAgain = false;
      onChange(true, null);
      await lost.closed;
    } catch (thrown) {
      // The attempt failed or the channel closed while the state was fetched: the next attempt follows below.
      failure = failureOf(thrown);
      channel?.close();
    }
    remote = null;
    channel = null;
    if (closed) return;
    onChange(false, failure);
    if (isAskedAgain) return void attach();
    isWaiting = true;
    if (failure !== null && isAboutKey(failure)) return;
    timer = setTimeout(() => void attach(), pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  };
  void attach();

  return {
    engine: new Proxy({} as Remote<Commands>, {
      get: (_, name) =>
        name === 'then' ? undefined : remote && !closed ? Reflect.get(remote, name) : rejectClosed,
    }),
    retry: () => {
      if (closed) return;
      if (!isWaiting) return void (isAskedAgain = true);
      clearTimeout(timer);
      pauseMs = firstPauseMs;
      void attach();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      channel?.close();
    },
  };
}

/** True where only a person helps, by opening the right address. */
export const isAboutKey = ({ code }: Failure) => code === 'KEY_MISSING' || code === 'KEY_REFUSED';

const rejectClosed = () => Promise.reject(new FailureError({ code: 'CHANNEL_CLOSED' }));

function onceClosed(channel: Channel): { channel: Channel; closed: Promise<void> } {
  let onClose: () => void = () => undefined;
  const closed = new Promise<void>((resolve) =>
    channel.onClose(() => {
      onClose();
      resolve();
    }),
  );
  return { channel: { ...channel, onClose: (listener) => (onClose = listener) }, closed };
}
