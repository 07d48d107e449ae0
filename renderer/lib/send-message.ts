import type { Commands } from '../../shared/contract.ts';
import type { EndpointId, Target } from '../../shared/domain.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

/** What one call may carry; a longer message is uploaded in pieces of this size first. */
const pieceLength = 512 * 1024;

/** Bytes, what holds them (a file is read piece by piece), or what the engine makes them of. */
export type Message = Uint8Array | Blob | WrittenMessage;

export type Upload = {
  /** The part uploaded, 0 to 1. */
  onProgress: (part: number) => void;
  /** Nothing is sent when it is aborted before all is uploaded. */
  signal: AbortSignal;
};

/**
 * Sends exactly these bytes, or what the engine makes of a written message; tells how many connections took them, null
 * when it was aborted. Throws what the engine throws, and a DOMException for a file that cannot be read.
 */
export const sendMessage = (
  engine: Remote<Commands>,
  id: EndpointId,
  target: Target,
  message: Message,
  upload: Upload,
): Promise<number | null> =>
  handMessage(engine, id, message, upload, (whole) => engine.send(id, target, whole));

/** What a command takes as a message. */
type Whole = Parameters<Commands['send']>[2];

/** Gives `deliver` the message, uploaded first where it is long; null when it was aborted before. */
export async function handMessage<T>(
  engine: Remote<Commands>,
  id: EndpointId,
  message: Message,
  { onProgress, signal }: Upload,
  deliver: (whole: Whole) => Promise<T>,
): Promise<T | null> {
  if (!(message instanceof Uint8Array || message instanceof Blob)) return deliver(message);
  const length = message instanceof Blob ? message.size : message.length;
  if (length <= pieceLength) return deliver(await piece(message, 0));
  let stage: number | null = null;
  let isDelivered = false;
  try {
    for (let at = 0; at < length; at += pieceLength) {
      onProgress(at / length);
      stage = await engine.stage(id, stage, await piece(message, at));
      if (signal.aborted) return null;
    }
    const answer = await deliver({ stage: stage! });
    isDelivered = true;
    return answer;
  } finally {
    // What failed matters more than whether its pieces could still be taken back; the engine drops them with the page.
    if (stage !== null && !isDelivered) await engine.unstage(stage).catch(() => undefined);
  }
}

async function piece(message: Uint8Array | Blob, at: number): Promise<Uint8Array> {
  if (message instanceof Uint8Array) return message.subarray(at, at + pieceLength);
  return new Uint8Array(await message.slice(at, at + pieceLength).arrayBuffer());
}
