/** A process that records as fast as it can until it is killed. Record n is a note or as `patterned.ts` says. */
import { Capture } from '../../capture/capture.ts';
import { noStream } from '../../capture/recorder.ts';
import { floodLength, patterned } from '../patterned.ts';

const capture = await Capture.open(process.argv[2]!);
for (;;) {
  for (let i = 0; i < 200; i++)
    capture.record('received', noStream, patterned(floodLength(capture.length), capture.length));
  if (capture.congested) await new Promise<void>((resolve) => capture.onRelieved(resolve));
  else await new Promise((turn) => setImmediate(turn));
}
