/** What tshark's "Follow TCP stream" shows, of files that are too long to be held. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';

export type Followed = { sha256: string; bytes: number };

/** Of both directions: of who began the connection, and of the other side. Rejects where tshark fails. */
export async function followed(file: string, stream: number): Promise<[Followed, Followed]> {
  const args = ['-r', file, '-q', '-z', `follow,tcp,raw,${stream}`];
  const tshark = spawn('tshark', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(tshark, 'close');
  const sides = [0, 1].map(() => ({ hash: createHash('sha256'), bytes: 0 }));
  const take = (line: string): void => {
    const [, tab, hex] = /^(\t?)([\da-f]+)$/.exec(line) ?? [];
    if (hex === undefined) return;
    const side = sides[tab === '' ? 0 : 1]!;
    side.hash.update(hex, 'hex');
    side.bytes += hex.length / 2;
  };
  let rest: Buffer[] = [];
  for await (const piece of tshark.stdout as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      take(Buffer.concat([...rest, piece.subarray(from, end)]).toString('latin1'));
      rest = [];
      from = end + 1;
    }
    rest.push(piece.subarray(from));
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`tshark ended with ${code}`);
  const [one, other] = sides.map(({ hash, bytes }) => ({ sha256: hash.digest('hex'), bytes }));
  return [one!, other!];
}
