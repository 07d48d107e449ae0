/** Something that is begun with each peer of a server, beside its replies. */
import type { HandlerOf } from '../../engine/net/handler.ts';

/** `came`: with the number of its connection, when it is listed and can be talked to. */
export const onEachPeer =
  (handlerOf: HandlerOf, came: (connection: number) => void): HandlerOf =>
  (settings) => {
    const make = handlerOf(settings);
    return (port) => {
      const handler = make?.(port) ?? null;
      return {
        opened: () => {
          handler?.opened();
          const { connection } = port.about();
          // It is listed by the next turn.
          if (connection !== null) setImmediate(() => came(connection));
        },
        received: (bytes, place) => handler?.received(bytes, place),
        finished: (answered) => (handler === null ? answered() : handler.finished(answered)),
        closed: () => handler?.closed(),
      };
    };
  };
