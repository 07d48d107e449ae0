/**
 * A process that records as fast as it can until it is killed, and tells after each turn how many bytes of records there
 * are. Record n is a note or as `patterned.ts` says. The second argument is a size limit.
 */
import { writeSync } from 'node:fs';
import { Capture } from '../../capture/capture.ts';
import { noStream } from '../../capture/recorder.ts';
import { floodLength, patterned } from '../patterned.ts';

const [folder, limit = Infinity] = process.argv.slice(2);
const capture = await Capture.open(folder!);
capture.limitTo(Number(limit));
for (;;) {
  for (let i = 0; i < 200; i++)
    capture.record('received', noStream, patterned(floodLength(capture.length), capture.length));
  writeSync(1, `${capture.end} ${capture.length}\n`);
  if (capture.congested) await new Promise<void>((resolve) => capture.onRelieved(resolve));
  else await new Promise((turn) => setImmediate(turn));
}
