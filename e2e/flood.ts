import { once } from 'node:events';
import { connect } from 'node:net';

/** Long enough to look like a message, short enough to come back in one piece. */
const filler = 'x'.repeat(48);

/**
 * Sends to an echo server, each time as the last answer is back: so each message is a record of its own each way.
 * Resolves when all connections are closed.
 */
export async function flood(port: number, { connections = 1, rounds = 1 }): Promise<void> {
  await Promise.all(Array.from({ length: connections }, (_, number) => roundTrips(port, number, rounds)));
}

async function roundTrips(port: number, number: number, rounds: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let round = 0;
  let awaited = 0;
  const next = () => {
    if (round === rounds) return socket.end();
    const message = `${number} ${round++} ${filler}`;
    awaited = message.length;
    socket.write(message);
  };
  socket.on('connect', next);
  socket.on('data', ({ length }) => {
    awaited -= length;
    if (awaited === 0) next();
  });
  await once(socket, 'close');
}

/** Writes as fast as it is taken; resolves when the connection is gone. */
export async function writeWithoutEnd(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  const piece = Buffer.alloc(64 * 1024, 'flood ');
  const write = () => {
    while (socket.write(piece));
  };
  // Its peer is killed.
  socket
    .on('connect', write)
    .on('drain', write)
    .on('error', () => socket.destroy());
  await new Promise((closed) => socket.once('close', closed));
}
