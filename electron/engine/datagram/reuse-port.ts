/** Whether SO_REUSEPORT works for UDP here: Node 20 ignores the option in silence, and some systems lack it. */
import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { FailureError } from '../../../shared/failure.ts';

let tested: Promise<boolean> | null = null;

/** Throws REUSEPORT_UNSUPPORTED; what works was proved once per process by two sockets on one port. */
export async function requireReusePort(subject: string): Promise<void> {
  tested ??= twoCanBind();
  if (await tested) return;
  throw new FailureError({
    code: 'REUSEPORT_UNSUPPORTED',
    why: { name: 'no-port-sharing', node: process.versions.node, platform: process.platform },
    subject,
  });
}

async function twoCanBind(): Promise<boolean> {
  // The types are of Node 20, which does not know the option.
  const options: SocketOptions & { reusePort: boolean } = { type: 'udp4', reusePort: true };
  const sockets: Socket[] = [];
  const bind = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = createSocket(options).on('error', reject);
      sockets.push(socket);
      socket.bind(port, '127.0.0.1', () => resolve(socket.address().port));
    });
  try {
    await bind(await bind(0));
    return true;
  } catch {
    // The second socket could not have the port, or the system refused the option.
    return false;
  } finally {
    for (const socket of sockets) socket.close();
  }
}
