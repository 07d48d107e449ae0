/** Who receives: our listener with its capture on disk, in either of its ways of reading, or a bare node:net server. */
import type { Kind, Receiver } from '../processes/meter.ts';
import { startHelper, type Helper } from './processes.ts';

export async function withReceiver<T>(
  kind: Kind,
  folder: string,
  use: (receiver: Helper<Receiver>['call'], port: number) => Promise<T>,
  nodeOptions: string[] = [],
): Promise<T> {
  const receiver = startHelper<Receiver>(kind === 'bare' ? 'sink' : 'receiver', nodeOptions);
  try {
    return await use(receiver.call, await receiver.call.listen(folder, kind));
  } finally {
    await receiver.stop();
  }
}
