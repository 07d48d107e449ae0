import type { Commands } from '../../shared/contract.ts';
import type { EndpointId, Target } from '../../shared/domain.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

/** What one call may carry; a longer message is uploaded in pieces of this size first. */
const pieceLength = 512 * 1024;

/** Sends exactly these bytes, or what the engine makes of a written message; tells how many connections took them. `onProgress` hears the part uploaded, 0 to 1. */
export async function sendMessage(
  engine: Remote<Commands>,
  id: EndpointId,
  target: Target,
  message: Uint8Array | WrittenMessage,
  onProgress: (part: number) => void,
): Promise<number> {
  if (!(message instanceof Uint8Array) || message.length <= pieceLength)
    return engine.send(id, target, message);
  let stage: number | null = null;
  try {
    for (let at = 0; at < message.length; at += pieceLength) {
      onProgress(at / message.length);
      stage = await engine.stage(id, stage, message.subarray(at, at + pieceLength));
    }
    return await engine.send(id, target, { stage: stage! });
  } catch (thrown) {
    // What failed matters more than whether its pieces could still be taken back; the engine drops them with the page.
    if (stage !== null) await engine.unstage(stage).catch(() => undefined);
    throw thrown;
  }
}
